// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.config.DurationSetting;
import dev.epik.capi.delivery.DeliveryService;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.failure.JvmErrors;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.SpooledOutbox;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one open client consists of: its ad accounts, the path of its submits, the outbox, and one delivery service for
 * all ad accounts. One that is closed from the beginning has no delivery service. Thread-safe.
 */
final class ClientCore {
    /** Of the class that shops know, so that a log's settings stay valid. */
    private static final Logger LOG = System.getLogger(EpikClient.class.getName());

    private static final String CLOSED = "The client is closed: submit before the application stops";

    /** After the delivery service has ended; a database that hangs must not hold up the end of the application. */
    private static final Duration MAX_REPORT = Duration.ofSeconds(2);

    private static final int MAX_ACCOUNTS_REPORTED = 10;

    /** Between two looks of {@link #deliverPending} at events that are not ready. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /** For requests that are in flight when the time of {@link #deliverPending} is over. */
    private static final Duration MAX_LAST_REQUESTS = Duration.ofMinutes(3);

    private final Outbox outbox;
    private final AdAccounts accounts;
    private final SubmitPath submits;
    private final @Nullable DeliveryService delivery;
    private final Duration drainTime;
    private final Object closing = new Object();

    private ClientCore(
            Outbox outbox,
            AdAccounts accounts,
            SubmitPath submits,
            @Nullable DeliveryService delivery,
            Duration drainTime) {
        this.outbox = outbox;
        this.accounts = accounts;
        this.submits = submits;
        this.delivery = delivery;
        this.drainTime = drainTime;
    }

    /** Starts delivery. If that fails, nothing is left running. */
    static ClientCore open(EpikClient.Builder options) {
        AdAccounts accounts = options.accounts.copy(options.source);
        DeliveryService delivery =
                new DeliveryService(options.outbox, options.baseUrl, options.http, accounts, options.delivery);
        try {
            SubmitPath submits = new SubmitPath(options.outbox, accounts, delivery::wake, options.submitTimeout, "");
            delivery.start();
            if (options.outbox instanceof SpooledOutbox withSpool) {
                withSpool.connect(options.submitTimeout, delivery::wake);
            }
            return new ClientCore(options.outbox, accounts, submits, delivery, options.shutdownTimeout);
        } catch (RuntimeException | Error e) { // such as an OutOfMemoryError: no thread can be created
            delivery.close(Duration.ZERO);
            throw e;
        }
    }

    /** Returns one that stores nothing, for this reason. */
    static ClientCore closed(String because) {
        Outbox unused = MemoryOutbox.ofCapacity(1);
        AdAccounts none = new AdAccounts(null);
        SubmitPath submits =
                new SubmitPath(unused, none, (id, events) -> {}, DurationSetting.SUBMIT_DEADLINE.min(), because);
        return new ClientCore(unused, none, submits, null, Duration.ZERO);
    }

    SubmitPath submits() {
        return submits;
    }

    void add(String name, AdAccount account) {
        String closedBecause = submits.closedBecause();
        if (!closedBecause.isEmpty()) {
            throw new EpikException(closedBecause);
        }
        accounts.add(name, account);
    }

    /** Events are stored without spaces around their ids; those that an earlier version stored may have them. */
    CancelResult cancel(String account, String name, String eventId) {
        String adAccount = find(account).id();
        CancelResult asGiven = outbox.cancel(new StoredEvent.Key(adAccount, name, eventId));
        String stripped = eventId.strip();
        return asGiven == CancelResult.UNKNOWN && !stripped.equals(eventId)
                ? outbox.cancel(new StoredEvent.Key(adAccount, name, stripped))
                : asGiven;
    }

    List<DeadLetter> deadLetters(String account, int max) {
        return outbox.deadLetters(find(account).id(), max);
    }

    RedriveResult redrive(String account, DeadLetter.Which which, DeadLetter.Scope scope) {
        String id = find(account).id();
        RedriveResult redriven = outbox.redrive(id, which, scope);
        if (redriven.events() > 0) {
            delivery().wake(id, redriven.events());
        }
        return redriven;
    }

    /** Makes delivery look for events of the ad account. Never throws. */
    void wake(String account) {
        try {
            DeliveryService service = delivery;
            if (service != null) {
                accounts.idOf(account).ifPresent(id -> service.wake(id, 1));
            }
        } catch (Throwable e) { // the source of ad accounts is not our code
            JvmErrors.rethrow(e);
            ContainedLog.log(
                    LOG,
                    Level.DEBUG,
                    "Delivery was not woken; it looks by itself: {0}",
                    e.getClass().getName());
        }
    }

    void resume(String account) {
        AdAccount found = find(account);
        outbox.resume(found.id());
        outbox.releaseSuspects(found.id(), "");
        delivery().tryNow(found.id());
    }

    /** Returns how many events of the ad account wait afterwards. */
    int deliverPending(String account, Duration max) throws InterruptedException {
        String id = find(account).id();
        long end = System.nanoTime() + max.toNanos();
        boolean isIdle = delivery().drain(MAX_LAST_REQUESTS);
        int waiting = outbox.backlog(id).waiting();
        while (isIdle && waiting > 0 && System.nanoTime() - end < 0) {
            Thread.sleep(LOOK_AGAIN.toMillis());
            isIdle = delivery().drain(MAX_LAST_REQUESTS);
            waiting = outbox.backlog(id).waiting();
        }
        return waiting;
    }

    SubmitResult.Counts submitCounts() {
        return submits.counts();
    }

    DeliveryStats stats() {
        if (delivery == null) {
            return DeliveryTotals.none(submits.closedBecause());
        }
        Set<String> ids = accounts.ids();
        if (outbox instanceof SpooledOutbox withSpool) {
            ids.addAll(withSpool.spooledAccounts());
        }
        if (accounts.hasSource()) {
            addStoredAccounts(ids);
        }
        return DeliveryTotals.of(ids.stream().map(delivery::stats))
                .orElseGet(() -> DeliveryTotals.none(submits.closedBecause()));
    }

    private void addStoredAccounts(Set<String> ids) {
        try {
            outbox.dueAccounts().forEach(due -> ids.add(due.adAccount()));
            ids.addAll(outbox.deadLettersOlderThan(Duration.ZERO).keySet());
        } catch (OutboxException e) {
            if (!(outbox instanceof SpooledOutbox)) {
                throw e;
            }
        }
    }

    DeliveryStats stats(String account) {
        return delivery().stats(find(account).id());
    }

    private AdAccount find(String account) {
        if (delivery == null) {
            throw new EpikException(submits.closedBecause());
        }
        return accounts.find(account).orElseThrow(() -> new EpikException(accounts.unknownAccount()));
    }

    private DeliveryService delivery() {
        if (delivery == null) {
            throw new EpikException(submits.closedBecause());
        }
        return delivery;
    }

    /** Never throws. A second caller waits until the first one is done. */
    void close() {
        synchronized (closing) {
            if (delivery == null || !submits.closedBecause().isEmpty()) {
                return;
            }
            submits.close(CLOSED);
            try {
                delivery.close(drainTimeAfterStoring());
            } catch (Throwable e) {
                ContainedLog.log(
                        LOG,
                        Level.WARNING,
                        "Delivery was not closed properly: {0}",
                        e.getClass().getName());
            }
            reportUnsent(delivery);
        }
    }

    /** Lets the outbox store what was submitted, so that it is drained too. Returns what is left of the drain time. */
    private Duration drainTimeAfterStoring() {
        long begun = System.nanoTime();
        try {
            submits.awaitStored(drainTime);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Duration left = drainTime.minusNanos(System.nanoTime() - begun);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /**
     * Logs what is left in the outbox. Best effort: an outbox that fails or hangs is why the events could not be sent.
     */
    private void reportUnsent(DeliveryService service) {
        try {
            Thread report = new Thread(() -> logUnsent(service), "epik-close");
            report.setDaemon(true);
            report.start();
            report.join(MAX_REPORT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable ignored) { // no thread can be created
            ContainedLog.log(LOG, Level.DEBUG, "What is left in the outbox was not counted");
        }
    }

    private void logUnsent(DeliveryService service) {
        try {
            List<String> ids =
                    outbox.dueAccounts().stream().map(DueAccount::adAccount).toList();
            for (String id : ids.subList(0, Math.min(ids.size(), MAX_ACCOUNTS_REPORTED))) {
                DeliveryStats left = service.stats(id);
                if (left.waiting() > 0) {
                    ContainedLog.log(
                            LOG,
                            Level.WARNING,
                            "Closed with {0} events unsent for ad account {1}{2}{3}",
                            left.waiting(),
                            id,
                            accounts.nameOf(id).map(name -> " (" + name + ")").orElse(""),
                            left.pauseReason().isEmpty() ? "" : ": " + left.pauseReason());
                }
            }
            if (ids.size() > MAX_ACCOUNTS_REPORTED) {
                ContainedLog.log(
                        LOG,
                        Level.WARNING,
                        "Closed with events unsent for {0} more ad accounts",
                        ids.size() - MAX_ACCOUNTS_REPORTED);
            }
        } catch (Throwable e) {
            ContainedLog.log(
                    LOG,
                    Level.WARNING,
                    "Closed; how many events are unsent is not known, since the outbox failed: {0}",
                    e.getClass().getName());
        }
    }
}
