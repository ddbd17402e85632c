// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.failure.JvmErrors;
import dev.epik.capi.monitor.ClientMonitor;
import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.spi.CallerTransactions;
import dev.epik.capi.outbox.spi.CallerTransactions.CallerTransaction;
import dev.epik.capi.outbox.spi.CallerTransactions.Completion;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
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

    private final Outbox outbox;
    private final AdAccounts accounts;
    private final ObjIntConsumer<String> wake;
    private final CallerTransactions transactions;
    private final ClientMonitor monitor;
    private final Duration timeout;

    /** The submits that the outbox has not answered. */
    private final Map<Object, CompletableFuture<?>> storing = new ConcurrentHashMap<>();

    /** Why nothing is stored any more; empty while events are stored. */
    private volatile String closedBecause;

    /**
     * Creates the path.
     *
     * @param wake reports how many events were stored for the ad account with this id; never throws
     * @param transactions finds the transaction of the calling thread
     */
    SubmitPath(
            Outbox outbox,
            AdAccounts accounts,
            ObjIntConsumer<String> wake,
            CallerTransactions transactions,
            ClientMonitor monitor,
            Duration timeout,
            String closedBecause) {
        this.outbox = outbox;
        this.monitor = monitor;
        this.accounts = accounts;
        this.wake = wake;
        this.transactions = transactions;
        this.timeout = timeout;
        this.closedBecause = closedBecause;
    }

    String closedBecause() {
        return closedBecause;
    }

    /**
     * Waits for the events that are being stored, for at most this long. Does not wait for those that a thread submits
     * with a list.
     */
    void awaitStored(Duration time) throws InterruptedException {
        try {
            CompletableFuture.allOf(storing.values().toArray(CompletableFuture<?>[]::new))
                    .get(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException ignored) {
            // each caller gets a result of its own
        }
    }

    private SubmitResult report(String account, SubmitResult answer, @Nullable ConversionEvent event) {
        count(account, event, answer);
        return log.answered(answer, event, closedBecause);
    }

    private void count(String account, @Nullable ConversionEvent event, SubmitResult answer) {
        monitor.submitted(account, event, answer);
        if (answer instanceof SubmitResult.Stored || answer instanceof SubmitResult.Duplicate) {
            monitor.storing(true);
        } else if (answer instanceof SubmitResult.Failed
                && event != null
                && destination(account).problem().isEmpty()) {
            monitor.storing(false);
        }
    }

    /** Makes every later submit fail with this reason. */
    void close(String because) {
        closedBecause = because;
    }

    SubmitResult submit(String account, @Nullable ConversionEvent event) {
        long end =
                System.nanoTime() + timeout.toNanos(); // before begin: an outbox with a full queue may block in there
        return report(account, await(begin(account, event), end), event);
    }

    SubmitResult submit(String account, Supplier<ConversionEvent.@Nullable Builder> supplier) {
        @Nullable ConversionEvent event;
        try {
            ConversionEvent.Builder builder = supplier.get();
            event = builder == null ? null : builder.build();
        } catch (Throwable e) { // also a checked exception, which Kotlin, Groovy and Lombok let through
            JvmErrors.rethrow(e);
            keepInterrupt(e);
            return report(account, new SubmitResult.Failed("Building the event failed: " + describeBuilding(e)), null);
        }
        return submit(account, event);
    }

    CompletableFuture<SubmitResult> submitAsync(String account, @Nullable ConversionEvent event) {
        return begin(account, event).thenApply(answer -> report(account, answer, event));
    }

    /** Stores the event. The future never completes exceptionally. */
    private CompletableFuture<SubmitResult> begin(String account, @Nullable ConversionEvent event) {
        Optional<SubmitResult> refusal = refusal(event);
        if (event == null || refusal.isPresent()) {
            return CompletableFuture.completedFuture(refusal.orElseThrow());
        }
        Optional<CallerTransaction> transaction = callerTransaction();
        return transaction.isPresent()
                ? CompletableFuture.completedFuture(storeInTransaction(transaction.get(), account, event))
                : untilStored(storing(account, id -> store(StoredEvent.of(id, event), event)));
    }

    /** Makes {@link #awaitStored} wait for the future. */
    private <T> CompletableFuture<T> untilStored(CompletableFuture<T> answer) {
        if (!answer.isDone()) {
            Object key = new Object();
            storing.put(key, answer);
            var unused = answer.whenComplete((any, e) -> storing.remove(key));
        }
        return answer;
    }

    /** Returns the transaction of the calling thread on the database of the outbox. Never throws. */
    private Optional<CallerTransaction> callerTransaction() {
        try {
            return outbox.database() instanceof JdbcOutbox database
                    ? transactions.current(database.dataSource())
                    : Optional.empty();
        } catch (Throwable e) {
            // An outbox that is not open yet fails when the event is stored, or uses the spool. Neither the outbox nor
            // the transactions need be our code.
            JvmErrors.rethrow(e);
            return Optional.empty();
        }
    }

    /**
     * Stores the event in the transaction of the calling thread.
     *
     * @throws EpikException if the database has discarded the transaction
     */
    private SubmitResult storeInTransaction(CallerTransaction transaction, String account, ConversionEvent event) {
        Destination destination = destination(account);
        if (destination.adAccountId().isEmpty()) {
            return new SubmitResult.Failed(destination.problem());
        }
        StoredEvent stored = StoredEvent.of(destination.adAccountId(), event);
        try {
            Outbox.Added added = database().add(transaction.connection(), stored);
            if (added == Outbox.Added.STORED) {
                transaction.afterCompletion(how -> completed(how, stored));
            }
            return answer(event, added);
        } catch (OutboxException e) {
            return failed(e);
        } catch (SQLException | RuntimeException e) {
            throw new EpikException(
                    "Storing the event in the transaction failed, and the database may have discarded the transaction:"
                            + " roll it back and try again",
                    e);
        }
    }

    private void completed(Completion how, StoredEvent stored) {
        if (how == Completion.COMMITTED) {
            wake.accept(stored.adAccount(), 1);
        } else if (how == Completion.NOT_INCLUDED) {
            storeAgain(stored);
        }
    }

    /** Stores an event that was reported as stored, and that the transaction of the caller did not include. */
    private void storeAgain(StoredEvent stored) {
        CompletableFuture<Outbox.Added> again;
        try {
            again = outbox.add(stored);
        } catch (RuntimeException e) {
            again = CompletableFuture.failedFuture(e);
        }
        var unused = untilStored(again).whenComplete((added, e) -> {
            if (e != null || added == Outbox.Added.FULL) {
                ContainedLog.log(
                        LOG,
                        Level.ERROR,
                        "The event {0} was submitted in a transaction that did not store it, and could not be stored"
                                + " again: submit it again. {1}",
                        stored.id(),
                        e == null ? "The outbox is full" : describe(e));
            } else {
                wake.accept(stored.adAccount(), 1);
            }
        });
    }

    private CompletableFuture<SubmitResult> store(StoredEvent stored, ConversionEvent event) {
        return outbox.add(stored, timeout).thenApply(added -> {
            if (added == Outbox.Added.STORED) {
                wake.accept(stored.adAccount(), 1);
            }
            return answer(event, added);
        });
    }

    List<SubmitResult> submitAll(String account, List<? extends @Nullable ConversionEvent> given) {
        List<@Nullable ConversionEvent> events;
        try {
            events = new ArrayList<>(given);
        } catch (Throwable e) { // such as a list that is loaded lazily, from a database that is away
            JvmErrors.rethrow(e);
            return List.of(report(
                    account,
                    new SubmitResult.Failed(
                            "The list of events cannot be read: " + e.getClass().getName()),
                    null));
        }
        List<Optional<SubmitResult>> refusals =
                events.stream().map(SubmitPath::refusal).toList();
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
        return log.answered(all, events, closedBecause);
    }

    private List<SubmitResult> submitChunk(String account, List<ConversionEvent> events) {
        Optional<CallerTransaction> transaction = callerTransaction();
        if (transaction.isPresent()) {
            return events.stream()
                    .map(event -> storeInTransaction(transaction.get(), account, event))
                    .toList();
        }
        long end = System.nanoTime() + timeout.toNanos();
        List<CompletableFuture<SubmitResult>> stored;
        Function<SubmitResult, List<CompletableFuture<SubmitResult>>> ofEach =
                answer -> Collections.nCopies(events.size(), CompletableFuture.completedFuture(answer));
        try {
            Destination destination = destination(account);
            stored = destination.adAccountId().isEmpty()
                    ? ofEach.apply(new SubmitResult.Failed(destination.problem()))
                    : storeEach(destination.adAccountId(), events);
        } catch (Throwable e) { // of any type: the outbox may be a proxy, or its driver fails
            JvmErrors.rethrow(e);
            keepInterrupt(e);
            stored = ofEach.apply(failed(e));
        }
        return stored.stream().map(answer -> await(answer, end)).toList();
    }

    private List<CompletableFuture<SubmitResult>> storeEach(String adAccountId, List<ConversionEvent> events) {
        List<StoredEvent> stored =
                events.stream().map(event -> StoredEvent.of(adAccountId, event)).toList();
        List<CompletableFuture<Outbox.Added>> added = outbox.addEach(stored, timeout);
        var unused = CompletableFuture.allOf(added.toArray(CompletableFuture<?>[]::new))
                .whenComplete((all, e) -> wake.accept(adAccountId, (int) added.stream()
                        .filter(each -> !each.isCompletedExceptionally() && each.join() == Outbox.Added.STORED)
                        .count()));
        return IntStream.range(0, events.size())
                .mapToObj(i -> added.get(i)
                        .thenApply(each -> answer(events.get(i), each))
                        .exceptionally(SubmitPath::failed))
                .toList();
    }

    SubmitResult submit(@Nullable Connection transaction, String account, @Nullable ConversionEvent event)
            throws SQLException {
        Optional<SubmitResult> refusal = refusal(event);
        if (event == null || refusal.isPresent()) {
            return report(account, refusal.orElseThrow(), event);
        }
        Destination destination = destination(account);
        if (destination.adAccountId().isEmpty()) {
            return report(account, new SubmitResult.Failed(destination.problem()), event);
        }
        JdbcOutbox database;
        try {
            database = database();
        } catch (OutboxException e) { // the database behind a spool could not be opened yet
            return report(account, failed(e), event);
        }
        if (transaction == null) {
            return report(account, new SubmitResult.Failed("There is no transaction: the Connection is null"), event);
        }
        try {
            return report(
                    account,
                    answer(event, database.add(transaction, StoredEvent.of(destination.adAccountId(), event))),
                    event);
        } catch (OutboxException e) {
            return report(account, failed(e), event);
        } catch (RuntimeException e) {
            // The transaction may be incomplete, and a commit could keep half an order.
            throw new SQLException("Storing the event in the transaction failed", e);
        }
    }

    private JdbcOutbox database() {
        Outbox main = outbox.database();
        if (main instanceof JdbcOutbox database) {
            return database;
        }
        throw new EpikException("To submit in a transaction the client needs a JdbcOutbox; it was opened with a "
                + main.getClass().getSimpleName());
    }

    /** Returns the result for an event that must not be stored in any ad account; empty if it may be stored. */
    private static Optional<SubmitResult> refusal(@Nullable ConversionEvent event) {
        if (event == null) {
            return Optional.of(new SubmitResult.Failed("There is no event: null was submitted, or supplied"));
        }
        if (event.consent() != Visit.Consent.GRANTED) {
            return Optional.of(new SubmitResult.NoConsent(event.consentReason()));
        }
        return event.errors().isEmpty() ? Optional.empty() : Optional.of(new SubmitResult.Invalid(event.problems()));
    }

    /**
     * The ad account of a submit, or why there is none.
     *
     * @param adAccountId empty if the ad account is unknown or the client is closed
     * @param problem why, and the cure; empty if there is an ad account
     */
    private record Destination(String adAccountId, String problem) {}

    private Destination destination(String account) {
        String closed = closedBecause;
        if (!closed.isEmpty()) {
            return new Destination("", closed);
        }
        try {
            return accounts.idOf(account)
                    .map(id -> new Destination(id, ""))
                    .orElseGet(() -> new Destination("", accounts.unknownAccount()));
        } catch (Throwable e) { // the source of ad accounts is not our code
            JvmErrors.rethrow(e);
            keepInterrupt(e);
            return new Destination("", "The ad account could not be looked up: " + describe(e));
        }
    }

    /** Stores something in the ad account. The future never completes exceptionally. */
    private CompletableFuture<SubmitResult> storing(
            String account, Function<String, CompletableFuture<SubmitResult>> store) {
        try {
            Destination destination = destination(account);
            if (destination.adAccountId().isEmpty()) {
                return CompletableFuture.completedFuture(new SubmitResult.Failed(destination.problem()));
            }
            return store.apply(destination.adAccountId()).exceptionally(SubmitPath::failed);
        } catch (Throwable e) { // of any type: the outbox may be a proxy, or its driver fails
            JvmErrors.rethrow(e);
            keepInterrupt(e);
            return CompletableFuture.completedFuture(failed(e));
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
            JvmErrors.rethrow(e);
            return failed(e);
        }
    }

    private static SubmitResult answer(ConversionEvent event, Outbox.Added added) {
        return switch (added) {
            case STORED -> new SubmitResult.Stored(event.id(), event.warnings());
            case ALREADY_STORED -> new SubmitResult.Duplicate(event.id());
            case ALREADY_DELIVERED -> new SubmitResult.Duplicate(event.id(), SubmitResult.Duplicate.State.DELIVERED);
            case ALREADY_DEAD -> new SubmitResult.Duplicate(event.id(), SubmitResult.Duplicate.State.DEAD);
            case FULL ->
                new SubmitResult.Failed(
                        "The outbox is full: is Pinterest reachable, and its disk or database quick enough? See stats()");
        };
    }

    private static SubmitResult failed(Throwable e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        return new SubmitResult.Failed(
                "The outbox failed: " + describe(cause),
                !(cause instanceof OutboxException ours) || ours.isMaybeStored());
    }

    /**
     * Returns the message of an exception of ours, which names the cure. Of any other failure it returns only the type,
     * because the message may quote personal data.
     */
    static String describe(Throwable e) {
        return e instanceof EpikException
                ? String.valueOf(e.getMessage())
                : e.getClass().getName();
    }

    private static String describeBuilding(Throwable e) {
        return e instanceof EpikException ? describe(e) : e.getClass().getName() + firstFrameOfTheShop(e);
    }

    private static String firstFrameOfTheShop(Throwable e) {
        for (StackTraceElement frame : e.getStackTrace()) {
            if (!frame.getClassName().startsWith("java.")
                    && !frame.getClassName().startsWith("dev.epik.capi.event.")) {
                return " at " + frame;
            }
        }
        return "";
    }

    /** Restores the interrupt if the exception is an InterruptedException that was thrown without being declared. */
    private static void keepInterrupt(Throwable e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
    }
}
