// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.ConversionEvent.Privacy;
import dev.epik.capi.event.Visit;
import dev.epik.capi.failure.JvmErrors;
import dev.epik.capi.monitor.ClientMonitor;
import dev.epik.capi.outbox.spi.CallerTransactions;
import dev.epik.capi.outbox.spi.CallerTransactions.CallerTransaction;
import dev.epik.capi.outbox.spi.EventStore;
import java.lang.System.Logger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Stores submitted events in the outbox. It has no cache of stored ids, because other nodes, operators and retention
 * remove rows as well. Any failure becomes a {@link SubmitResult.Failed}; only the errors that {@link JvmErrors} names
 * reach the caller. Thread-safe.
 */
final class SubmitPath {
    /** Named after the class that shops know, so that their log settings hold for it. */
    private static final Logger LOG = System.getLogger(EpikClient.class.getName());

    private final SubmitLog log = new SubmitLog(LOG, System::nanoTime);

    /** The number of events that are stored at once in an import. */
    private static final int CHUNK = 500;

    /** How long a submit waits after its timeout for an outbox that is withdrawing the event. */
    private static final Duration GRACE = Duration.ofMillis(250);

    private final EventStore outbox;
    private final SubmitTargets targets;
    private final TransactionSubmits transactions;
    private final PendingSubmits pending = new PendingSubmits();
    private final ObjIntConsumer<String> wake;
    private final ClientMonitor monitor;
    private final Duration timeout;
    private final Privacy privacy;

    /**
     * Creates the path.
     *
     * @param wake reports how many events were stored for the ad account with this id; never throws
     * @param transactions finds the transaction of the calling thread
     */
    SubmitPath(
            EventStore outbox,
            AdAccounts accounts,
            ObjIntConsumer<String> wake,
            CallerTransactions transactions,
            ClientMonitor monitor,
            Duration timeout,
            Privacy privacy,
            String closedBecause) {
        this.outbox = outbox;
        this.targets = new SubmitTargets(accounts, closedBecause);
        this.transactions = new TransactionSubmits(outbox, targets, transactions, pending, (id, events) -> {
            outbox.committed(id, events);
            wake.accept(id, events);
        });
        this.wake = wake;
        this.monitor = monitor;
        this.timeout = timeout;
        this.privacy = privacy;
    }

    /** Returns why nothing is stored any more; empty while events are stored. */
    String closedBecause() {
        return targets.closedBecause();
    }

    /** Makes every later submit fail with this reason. */
    void close(String because) {
        targets.close(because);
    }

    /**
     * Waits for the events that are being stored, for at most this long. Does not wait for those that a thread submits
     * with a list.
     */
    void awaitStored(Duration time) throws InterruptedException {
        pending.await(time);
    }

    private SubmitResult report(String account, SubmitResult answer, @Nullable ConversionEvent event) {
        count(account, event, answer);
        return log.answered(answer, event, closedBecause());
    }

    private void count(String account, @Nullable ConversionEvent event, SubmitResult answer) {
        monitor.submitted(account, event, answer);
        if (answer instanceof SubmitResult.Stored || answer instanceof SubmitResult.Duplicate) {
            monitor.storing(true);
        } else if (answer instanceof SubmitResult.Failed
                && event != null
                && !targets.find(account).isMissing()) {
            monitor.storing(false);
        }
    }

    /** Returns the event as it may be stored. Everything after this sees only that event. */
    private @Nullable ConversionEvent prepare(@Nullable ConversionEvent event) {
        if (event == null) {
            return null;
        }
        ConversionEvent prepared = event.withPrivacy(privacy, Instant.now());
        if (event.consent() == Visit.Consent.GRANTED && prepared.consent() != Visit.Consent.GRANTED) {
            log.visitTooOld(prepared);
        }
        return prepared;
    }

    SubmitResult submit(String account, @Nullable ConversionEvent given) {
        long end =
                System.nanoTime() + timeout.toNanos(); // before begin: an outbox with a full queue may block in there
        ConversionEvent event = prepare(given);
        return report(account, await(begin(account, event), end), event);
    }

    SubmitResult submit(String account, Supplier<ConversionEvent.@Nullable Builder> supplier) {
        @Nullable ConversionEvent event;
        try {
            ConversionEvent.Builder builder = supplier.get();
            event = builder == null ? null : builder.build();
        } catch (Throwable e) { // also a checked exception, which Kotlin, Groovy and Lombok let through
            return report(account, SubmitResults.notBuilt(e), null);
        }
        return submit(account, event);
    }

    CompletableFuture<SubmitResult> submitAsync(String account, @Nullable ConversionEvent given) {
        ConversionEvent event = prepare(given);
        return begin(account, event).thenApply(answer -> report(account, answer, event));
    }

    /** Stores the event. The future never completes exceptionally. */
    private CompletableFuture<SubmitResult> begin(String account, @Nullable ConversionEvent event) {
        Optional<SubmitResult> refusal = targets.refusal(account, event);
        if (event == null || refusal.isPresent()) {
            return CompletableFuture.completedFuture(refusal.orElseThrow());
        }
        Optional<CallerTransaction> transaction = transactions.current();
        return transaction.isPresent()
                ? CompletableFuture.completedFuture(transactions.submit(transaction.get(), account, event))
                : pending.add(storing(account, id -> store(StoredEvent.of(id, event), event)));
    }

    private CompletableFuture<SubmitResult> store(StoredEvent stored, ConversionEvent event) {
        return outbox.add(stored, timeout).thenApply(added -> {
            if (added == EventStore.Added.STORED) {
                wake.accept(stored.adAccount(), 1);
            }
            return SubmitResults.of(event, added);
        });
    }

    List<SubmitResult> submitAll(String account, List<? extends @Nullable ConversionEvent> given) {
        List<@Nullable ConversionEvent> events;
        try {
            events = new ArrayList<>(given);
            events.replaceAll(this::prepare);
        } catch (Throwable e) { // such as a list that is loaded lazily, from a database that is away
            JvmErrors.rethrow(e);
            return List.of(report(
                    account,
                    new SubmitResult.Failed(
                            "The list of events cannot be read: " + e.getClass().getName()),
                    null));
        }
        List<Optional<SubmitResult>> refusals =
                events.stream().map(event -> targets.refusal(account, event)).toList();
        List<ConversionEvent> storable = IntStream.range(0, events.size())
                .filter(i -> refusals.get(i).isEmpty())
                .mapToObj(i -> Objects.requireNonNull(events.get(i)))
                .toList();
        List<SubmitResult> answered = new ArrayList<>(storable.size());
        boolean goesOn = true;
        for (int from = 0; from < storable.size() && goesOn; from += CHUNK) {
            List<ConversionEvent> chunk = storable.subList(from, Math.min(from + CHUNK, storable.size()));
            List<SubmitResult> some = submitChunk(account, chunk);
            answered.addAll(some);
            goesOn = !some.stream().allMatch(SubmitResult.Failed.class::isInstance);
        }
        // If all events of a chunk failed, the rest would fail too, each chunk after the whole timeout.
        SubmitResult rest =
                new SubmitResult.Failed("The outbox stored none of the events before this one; it was not tried");
        answered.addAll(Collections.nCopies(storable.size() - answered.size(), rest));
        Iterator<SubmitResult> answers = answered.iterator();
        List<SubmitResult> all = refusals.stream()
                .map(refusal -> refusal.orElseGet(answers::next))
                .toList();
        for (int i = 0; i < all.size(); i++) {
            count(account, events.get(i), all.get(i));
        }
        return log.answered(all, events, closedBecause());
    }

    private List<SubmitResult> submitChunk(String account, List<ConversionEvent> events) {
        Optional<CallerTransaction> transaction = transactions.current();
        if (transaction.isPresent()) {
            return events.stream()
                    .map(event -> transactions.submit(transaction.get(), account, event))
                    .toList();
        }
        long end = System.nanoTime() + timeout.toNanos();
        List<CompletableFuture<SubmitResult>> stored;
        Function<SubmitResult, List<CompletableFuture<SubmitResult>>> ofEach =
                answer -> Collections.nCopies(events.size(), CompletableFuture.completedFuture(answer));
        try {
            SubmitTargets.Target target = targets.find(account);
            stored = target.isMissing() ? ofEach.apply(target.failed()) : storeEach(target.adAccountId(), events);
        } catch (Throwable e) { // of any type: the outbox may be a proxy, or its driver fails
            stored = ofEach.apply(SubmitResults.contained(e));
        }
        return stored.stream().map(answer -> await(answer, end)).toList();
    }

    private List<CompletableFuture<SubmitResult>> storeEach(String adAccountId, List<ConversionEvent> events) {
        List<StoredEvent> stored =
                events.stream().map(event -> StoredEvent.of(adAccountId, event)).toList();
        List<CompletableFuture<EventStore.Added>> added = outbox.addEach(stored, timeout);
        var unused = CompletableFuture.allOf(added.toArray(CompletableFuture<?>[]::new))
                .whenComplete((all, e) -> wake.accept(adAccountId, (int) added.stream()
                        .filter(each -> !each.isCompletedExceptionally() && each.join() == EventStore.Added.STORED)
                        .count()));
        return IntStream.range(0, events.size())
                .mapToObj(i -> added.get(i)
                        .thenApply(each -> SubmitResults.of(events.get(i), each))
                        .exceptionally(SubmitResults::failed))
                .toList();
    }

    /**
     * Stores the event in the transaction of this connection.
     *
     * @throws SQLException see {@link TransactionSubmits}
     */
    SubmitResult submit(@Nullable Connection transaction, String account, @Nullable ConversionEvent given)
            throws SQLException {
        ConversionEvent event = prepare(given);
        Optional<SubmitResult> refusal = targets.refusal(account, event);
        SubmitResult result = event == null || refusal.isPresent()
                ? refusal.orElseThrow()
                : transactions.submit(transaction, account, event);
        return report(account, result, event);
    }

    /** Stores something in the ad account. The future never completes exceptionally. */
    private CompletableFuture<SubmitResult> storing(
            String account, Function<String, CompletableFuture<SubmitResult>> store) {
        try {
            SubmitTargets.Target target = targets.find(account);
            return target.isMissing()
                    ? CompletableFuture.completedFuture(target.failed())
                    : store.apply(target.adAccountId()).exceptionally(SubmitResults::failed);
        } catch (Throwable e) { // of any type: the outbox may be a proxy, or its driver fails
            return CompletableFuture.completedFuture(SubmitResults.contained(e));
        }
    }

    /** Waits until a little after the end. An outbox that withdraws the event reports the result by then. */
    private SubmitResult await(CompletableFuture<SubmitResult> answer, long end) {
        try {
            long left = Math.max(0, end + GRACE.toNanos() - System.nanoTime());
            return answer.get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return new SubmitResult.Failed(
                    "The outbox did not answer within " + timeout.toMillis()
                            + " ms. It may have stored the event all the same: submit it again, with the same id",
                    true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new SubmitResult.Failed(
                    "Interrupted while the outbox stored the event. It may be stored: submit it again with its id",
                    true);
        } catch (Throwable e) {
            return SubmitResults.contained(e);
        }
    }
}
