// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.config.DurationSetting;
import dev.epik.capi.delivery.DeliveryService;
import dev.epik.capi.event.ConversionEvent.Privacy;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.failure.JvmErrors;
import dev.epik.capi.monitor.ClientMonitor;
import dev.epik.capi.monitor.JmxRegistration;
import dev.epik.capi.monitor.RecentStats;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.encryption.DecryptingOutbox;
import dev.epik.capi.outbox.encryption.EncryptingStore;
import dev.epik.capi.outbox.encryption.KeyRing;
import dev.epik.capi.outbox.spi.CallerTransactions;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one client: its ad accounts, the path of its submits, the outbox, and one delivery service for all ad
 * accounts. A client that is closed from the beginning has no delivery service. Thread-safe.
 */
final class ClientCore {
    /** Named after the class that shops know, so that their log settings hold for it. */
    private static final Logger LOG = System.getLogger(EpikClient.class.getName());

    private static final String CLOSED = "The client is closed: submit before the application stops";

    /** The time for counting what is left unsent. A database that hangs must not delay the end of the application. */
    private static final Duration MAX_REPORT = Duration.ofSeconds(2);

    /** The time for a read of the statistics that is under way when the client is closed. */
    private static final Duration MAX_STATS = Duration.ofSeconds(1);

    private static final int MAX_ACCOUNTS_REPORTED = 10;

    /** The time between two checks of {@link #deliverPending} for events that are not ready. */
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

    /** The extra time of {@link #deliverPending} for requests that are in flight at its end. */
    private static final Duration MAX_LAST_REQUESTS = Duration.ofMinutes(3);

    private static final String DELIVERED_ELSEWHERE =
            "This process stores events, and others deliver them: ask a process that delivers, or the command line";

    private final EventStore store;

    private final AdAccounts accounts;
    private final SubmitPath submits;

    /** Null if this process does not deliver. */
    private final @Nullable Delivering delivering;

    private final ClientMonitor monitor;
    private final RecentStats recentStats;
    private final JmxRegistration jmx = new JmxRegistration();
    private final Duration shutdownTimeout;
    private final boolean closesOutbox;
    private final boolean isOpened;
    private final Object closing = new Object();

    /** The parts of a process that delivers. */
    private record Delivering(Outbox outbox, DeliveryService service, Revocations revocations) {}

    private ClientCore(
            EpikClient.Builder options,
            EventStore store,
            AdAccounts accounts,
            SubmitPath submits,
            ClientMonitor monitor,
            @Nullable Delivering delivering) {
        this.store = store;
        this.monitor = monitor;
        this.accounts = accounts;
        this.submits = submits;
        this.delivering = delivering;
        this.recentStats = new RecentStats(this::stats, now -> logStart(options, now), System::nanoTime);
        this.shutdownTimeout = options.shutdownTimeout;
        this.closesOutbox = options.closesOutbox;
        this.isOpened = true;
    }

    private ClientCore(String closedBecause) {
        this.store = MemoryOutbox.ofCapacity(1);
        this.accounts = new AdAccounts(null);
        this.monitor = monitor(accounts, Optional.empty());
        this.submits = new SubmitPath(
                store,
                accounts,
                (id, events) -> {},
                CallerTransactions.none(),
                monitor,
                DurationSetting.SUBMIT_TIMEOUT.min(),
                Privacy.defaults(),
                closedBecause);
        this.delivering = null;
        this.recentStats = new RecentStats(this::stats, now -> {}, System::nanoTime);
        this.shutdownTimeout = Duration.ZERO;
        this.closesOutbox = false;
        this.isOpened = false;
    }

    /** Starts delivery. If that fails, nothing is left running, and an outbox that the client owns is closed. */
    static ClientCore open(EpikClient.Builder options) {
        try {
            return start(options);
        } catch (Throwable e) {
            if (options.closesOutbox) {
                close(options.outbox);
            }
            throw e;
        }
    }

    private static ClientCore start(EpikClient.Builder options) {
        AdAccounts accounts = options.accounts.copy(options.source);
        ClientMonitor monitor = monitor(accounts, options.silence);
        KeyRing keys = options.payloadKeys == null ? null : new KeyRing(options.payloadKeys, System::nanoTime);
        EventStore store = keys == null ? options.outbox : new EncryptingStore(options.outbox, keys);
        Outbox stored = options.outbox instanceof Outbox own
                ? own
                : options.outbox.deliveryOutbox().orElse(null);
        Outbox outbox = stored == null ? null : new DecryptingOutbox(stored, keys);
        Delivering delivering = outbox == null
                ? null
                : new Delivering(
                        outbox,
                        new DeliveryService(
                                outbox, options.baseUrl, options.http, accounts, options.delivery.withMonitor(monitor)),
                        new Revocations(outbox, System::nanoTime));
        ObjIntConsumer<String> wake = delivering == null ? (id, events) -> {} : delivering.service()::wake;
        try {
            SubmitPath submits = new SubmitPath(
                    store, accounts, wake, options.transactions, monitor, options.submitTimeout, options.privacy, "");
            if (delivering != null) {
                delivering.service().start();
            }
            store.connect(options.submitTimeout, wake);
            ClientCore core = new ClientCore(options, store, accounts, submits, monitor, delivering);
            core.jmx.register(monitor, core.recentStats::get);
            var unused = core.recentStats.get(); // the first read logs what was opened
            return core;
        } catch (RuntimeException | Error e) { // such as an OutOfMemoryError: no thread can be created
            if (delivering != null) {
                delivering.service().close(Duration.ZERO);
            }
            if (keys != null) {
                keys.close();
            }
            throw e;
        }
    }

    private void logStart(EpikClient.Builder options, DeliveryStats now) {
        ContainedLog.log(
                LOG,
                Level.INFO,
                "Epik reports events of ad account {0}{1} in {2} mode. {3} events wait in {4}{5}",
                accounts.find(EpikClient.MAIN).map(AdAccount::id).orElse(""),
                accounts.ids().size() > 1 ? " and of " + (accounts.ids().size() - 1) + " others" : "",
                options.delivery.mode(),
                now.waiting(),
                describeOutbox(),
                now.pauseReason().isEmpty() ? "" : ", and delivery pauses: " + now.pauseReason());
    }

    private String describeOutbox() {
        try {
            return store.database().getClass().getSimpleName()
                    + (delivering != null && delivering.outbox().hasSpool() ? " with a spool" : "");
        } catch (RuntimeException e) { // of any type: the outbox may be the shop's own
            return "an outbox that is not open yet";
        }
    }

    private static ClientMonitor monitor(AdAccounts accounts, Optional<Duration> silence) {
        return new ClientMonitor(accounts::nameIn, silence.orElse(null), Clock.systemUTC(), System::nanoTime);
    }

    /** Returns a client that stores nothing, for this reason. */
    static ClientCore closed(String because) {
        return new ClientCore(because);
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

    /** Cancels an event, also one whose id has spaces around it: an earlier version may have stored it so. */
    CancelResult cancel(String account, String name, String eventId) {
        String adAccount = find(account).id();
        CancelResult asGiven = store.cancel(new StoredEvent.Key(adAccount, name, eventId));
        String stripped = eventId.strip();
        return asGiven == CancelResult.UNKNOWN && !stripped.equals(eventId)
                ? store.cancel(new StoredEvent.Key(adAccount, name, stripped))
                : asGiven;
    }

    ErasureRequest.Result erase(ErasureRequest request) {
        return request.eraseFromDecrypted(delivering().outbox(), accounts.ids());
    }

    /** Cancels the events of the click id soon. Never waits and never throws. */
    void revoke(String clickId) {
        if (delivering != null) {
            delivering.revocations().add(clickId);
        }
    }

    List<DeadLetter> deadLetters(String account, int max) {
        return delivering().outbox().deadLetters(find(account).id(), max);
    }

    RedriveResult redrive(String account, DeadLetter.Which which, DeadLetter.Scope scope) {
        String id = find(account).id();
        RedriveResult redriven = delivering().outbox().redrive(id, which, scope);
        if (redriven.events() > 0) {
            delivering().service().wake(id, redriven.events());
        }
        return redriven;
    }

    /** Makes delivery look for events of the ad account. Never throws. */
    void wake(String account) {
        try {
            Delivering ours = delivering;
            if (ours != null) {
                accounts.idOf(account).ifPresent(id -> ours.service().wake(id, 1));
            }
        } catch (Throwable e) { // the source of ad accounts is not our code
            JvmErrors.rethrow(e);
            ContainedLog.log(
                    LOG,
                    Level.DEBUG,
                    "Delivery was not woken. It finds the event by itself. Cause: {0}",
                    e.getClass().getName());
        }
    }

    void resume(String account) {
        AdAccount found = find(account);
        Delivering ours = delivering();
        ours.outbox().resume(found.id());
        ours.outbox().releaseSuspects(found.id(), "");
        ours.service().tryNow(found.id());
    }

    /** Returns how many events of the ad account wait afterwards. */
    int deliverPending(String account, Duration max) throws InterruptedException {
        String id = find(account).id();
        long end = System.nanoTime() + max.toNanos();
        Delivering ours = delivering();
        boolean isIdle = ours.service().drain(MAX_LAST_REQUESTS);
        int waiting = ours.outbox().backlog(id).waiting();
        while (isIdle && waiting > 0 && System.nanoTime() - end < 0) {
            Thread.sleep(CHECK_INTERVAL.toMillis());
            isIdle = ours.service().drain(MAX_LAST_REQUESTS);
            waiting = ours.outbox().backlog(id).waiting();
        }
        return waiting;
    }

    List<EpikClient.Counter> counters() {
        return monitor.counters();
    }

    EpikClient.Activity activity() {
        return monitor.activity();
    }

    Optional<DeliveryStats> recentStats() {
        return recentStats.get();
    }

    Optional<String> recentFailure() {
        return recentStats.failure();
    }

    SubmitResult.Counts submitCounts() {
        return monitor.submitCounts();
    }

    DeliveryStats stats() {
        if (delivering == null) {
            return DeliveryTotals.none(submits.closedBecause()).andWaiting(store.unread());
        }
        Outbox outbox = delivering.outbox();
        Set<String> ids = accounts.ids();
        ids.addAll(outbox.spooledAccounts());
        if (accounts.hasSource()) {
            addStoredAccounts(outbox, ids);
        }
        return DeliveryTotals.of(ids.stream().map(delivering.service()::stats))
                .orElseGet(() -> DeliveryTotals.none(submits.closedBecause()))
                .andWaiting(store.unread());
    }

    private static void addStoredAccounts(Outbox outbox, Set<String> ids) {
        try {
            outbox.dueAccounts().forEach(due -> ids.add(due.adAccount()));
            ids.addAll(outbox.deadLettersOlderThan(Duration.ZERO).keySet());
        } catch (OutboxException e) {
            if (!outbox.hasSpool()) {
                throw e;
            }
            // the state of each ad account names the failure
        }
    }

    DeliveryStats stats(String account) {
        return delivering().service().stats(find(account).id());
    }

    private AdAccount find(String account) {
        if (!isOpened) {
            throw new EpikException(submits.closedBecause());
        }
        return accounts.find(account).orElseThrow(() -> new EpikException(accounts.unknownAccount()));
    }

    private Delivering delivering() {
        if (delivering == null) {
            throw new EpikException(isOpened ? DELIVERED_ELSEWHERE : submits.closedBecause());
        }
        return delivering;
    }

    /**
     * Closes the client, and an outbox that it owns. Never throws. A second caller waits until the first one is done.
     */
    void close() {
        synchronized (closing) {
            if (!submits.closedBecause().isEmpty()) {
                return;
            }
            submits.close(CLOSED);
            jmx.unregister();
            recentStats.close(MAX_STATS);
            try {
                Duration left = timeLeftAfterStoring();
                if (delivering != null) {
                    delivering.service().close(left);
                }
            } catch (Throwable e) {
                ContainedLog.log(
                        LOG,
                        Level.WARNING,
                        "Delivery was not closed properly: {0}",
                        e.getClass().getName());
            }
            if (delivering != null) {
                reportUnsent(delivering);
            }
            if (store instanceof EncryptingStore encrypting) {
                encrypting.closeKeys();
            }
            if (closesOutbox) {
                close(store);
            }
        }
    }

    private static void close(EventStore outbox) {
        try {
            outbox.close();
        } catch (Throwable e) { // of any type: the outbox may be the shop's own
            ContainedLog.log(LOG, Level.WARNING, "The outbox was not closed properly: {0}", SubmitResults.describe(e));
        }
    }

    /**
     * Waits until the outbox has stored what was submitted, so that it is sent too, and until events whose consent was
     * revoked are cancelled. Returns what is left of the timeout.
     */
    private Duration timeLeftAfterStoring() {
        long begun = System.nanoTime();
        try {
            submits.awaitStored(shutdownTimeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (delivering != null) {
            delivering.revocations().close(timeLeft(begun));
        }
        return timeLeft(begun);
    }

    private Duration timeLeft(long begun) {
        Duration left = shutdownTimeout.minusNanos(System.nanoTime() - begun);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /**
     * Logs what is left in the outbox. This is best effort: an outbox that fails or hangs may be the very reason why
     * the events were not sent.
     */
    private void reportUnsent(Delivering ours) {
        try {
            Thread report = new Thread(() -> logUnsent(ours), "epik-close");
            report.setDaemon(true);
            report.start();
            report.join(MAX_REPORT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable ignored) { // no thread can be created
            ContainedLog.log(LOG, Level.DEBUG, "The events left in the outbox were not counted");
        }
    }

    private void logUnsent(Delivering ours) {
        try {
            List<String> ids = ours.outbox().dueAccounts().stream()
                    .map(DueAccount::adAccount)
                    .toList();
            for (String id : ids.subList(0, Math.min(ids.size(), MAX_ACCOUNTS_REPORTED))) {
                DeliveryStats left = ours.service().stats(id);
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
                    "Closed. The number of unsent events is unknown, because the outbox failed: {0}",
                    e.getClass().getName());
        }
    }
}
