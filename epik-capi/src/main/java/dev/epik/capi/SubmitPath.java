// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.failure.JvmErrors;
import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.outbox.OutboxException;
import dev.epik.capi.outbox.SpooledOutbox;
import dev.epik.capi.outbox.StoredEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Stores submitted events in the outbox. Only the outbox knows what is stored: nothing is remembered in front of it,
 * because other nodes, operators and retention remove rows as well. Whatever fails on the way becomes a
 * {@link Submission.NotStored}; only the errors that {@link JvmErrors} names reach the caller. Thread-safe.
 */
final class SubmitPath {
    /** Of the class that shops know, so that a log's settings stay valid. */
    private static final Logger LOG = System.getLogger(EpikClient.class.getName());

    private final Outbox outbox;
    private final AdAccounts accounts;
    private final ObjIntConsumer<String> wake;
    private final Duration deadline;

    /** Why nothing is stored any more; empty while events are stored. */
    private volatile String closedBecause;

    /** @param wake reports how many events were stored for the ad account with this id; never throws */
    SubmitPath(
            Outbox outbox, AdAccounts accounts, ObjIntConsumer<String> wake, Duration deadline, String closedBecause) {
        this.outbox = outbox;
        this.accounts = accounts;
        this.wake = wake;
        this.deadline = deadline;
        this.closedBecause = closedBecause;
    }

    String closedBecause() {
        return closedBecause;
    }

    /** From now on every submit is answered with this reason. */
    void close(String because) {
        closedBecause = because;
    }

    Submission submit(String account, @Nullable ConversionEvent event) {
        return logIfLost(await(begin(account, event), Function.identity()));
    }

    Submission submit(String account, Supplier<ConversionEvent> supplier) {
        ConversionEvent event;
        try {
            event = supplier.get();
        } catch (Throwable e) { // also a checked exception, which Kotlin, Groovy and Lombok let through
            JvmErrors.rethrow(e);
            keepInterrupt(e);
            return logIfLost(new Submission.NotStored("Building the event failed: " + describeBuilding(e)));
        }
        return submit(account, event);
    }

    CompletableFuture<Submission> submitAsync(String account, @Nullable ConversionEvent event) {
        return begin(account, event).thenApply(this::logIfLost);
    }

    /** Stores the event. The future never completes exceptionally. */
    private CompletableFuture<Submission> begin(String account, @Nullable ConversionEvent event) {
        Optional<Submission> refusal = refusal(event);
        if (event == null || refusal.isPresent()) {
            return CompletableFuture.completedFuture(refusal.orElseThrow());
        }
        return storing(account, id -> store(StoredEvent.of(id, event), event), Function.identity());
    }

    private CompletableFuture<Submission> store(StoredEvent stored, ConversionEvent event) {
        return outbox.add(stored).thenApply(added -> {
            if (added == Outbox.Added.STORED) {
                wake.accept(stored.adAccount(), 1);
            }
            return answer(event, added);
        });
    }

    List<Submission> submitAll(String account, List<? extends @Nullable ConversionEvent> given) {
        List<@Nullable ConversionEvent> events;
        try {
            events = new ArrayList<>(given);
        } catch (Throwable e) { // such as a list that is loaded lazily, from a database that is away
            JvmErrors.rethrow(e);
            return logIfLost(List.of(new Submission.NotStored(
                    "The list of events cannot be read: " + e.getClass().getName())));
        }
        List<Optional<Submission>> refusals =
                events.stream().map(SubmitPath::refusal).toList();
        List<ConversionEvent> storable = IntStream.range(0, events.size())
                .filter(i -> refusals.get(i).isEmpty())
                .mapToObj(i -> Objects.requireNonNull(events.get(i)))
                .toList();
        if (storable.isEmpty()) {
            return logIfLost(refusals.stream().flatMap(Optional::stream).toList());
        }
        Function<Submission, List<Submission>> ofEach = answer -> Collections.nCopies(storable.size(), answer);
        Iterator<Submission> answers = await(storing(account, id -> storeAll(id, storable), ofEach), ofEach)
                .iterator();
        return logIfLost(refusals.stream()
                .map(refusal -> refusal.orElseGet(answers::next))
                .toList());
    }

    private CompletableFuture<List<Submission>> storeAll(String adAccountId, List<ConversionEvent> events) {
        return outbox.addAll(events.stream()
                        .map(event -> StoredEvent.of(adAccountId, event))
                        .toList())
                .thenApply(added -> {
                    wake.accept(adAccountId, Collections.frequency(added, Outbox.Added.STORED));
                    return IntStream.range(0, events.size())
                            .mapToObj(i -> answer(events.get(i), added.get(i)))
                            .toList();
                });
    }

    Submission submit(@Nullable Connection transaction, String account, @Nullable ConversionEvent event)
            throws SQLException {
        Optional<Submission> refusal = refusal(event);
        if (event == null || refusal.isPresent()) {
            return logIfLost(refusal.orElseThrow());
        }
        Destination destination = destination(account);
        if (destination.adAccountId().isEmpty()) {
            return logIfLost(new Submission.NotStored(destination.problem()));
        }
        JdbcOutbox database;
        try {
            database = database();
        } catch (OutboxException e) { // the database behind a spool could not be opened yet
            return logIfLost(failed(e));
        }
        if (transaction == null) {
            return logIfLost(new Submission.NotStored("There is no transaction: the Connection is null"));
        }
        try {
            return answer(event, database.add(transaction, StoredEvent.of(destination.adAccountId(), event)));
        } catch (OutboxException e) {
            return logIfLost(failed(e));
        } catch (RuntimeException e) {
            // Whether the transaction is whole is not known, and a commit could keep half an order.
            throw new SQLException("Storing the event in the transaction failed", e);
        }
    }

    private JdbcOutbox database() {
        Outbox main = outbox instanceof SpooledOutbox withSpool ? withSpool.database() : outbox;
        if (main instanceof JdbcOutbox database) {
            return database;
        }
        throw new EpikException("To submit in a transaction the client needs a JdbcOutbox; it was opened with a "
                + main.getClass().getSimpleName());
    }

    /** Returns the answer to an event that is not to be stored, wherever it was submitted to. */
    private static Optional<Submission> refusal(@Nullable ConversionEvent event) {
        if (event == null) {
            return Optional.of(new Submission.NotStored("There is no event: null was submitted, or supplied"));
        }
        if (event.consent() != Visit.Consent.GRANTED) {
            return Optional.of(new Submission.NotSent(event.consentReason()));
        }
        return event.refusals().isEmpty() ? Optional.empty() : Optional.of(new Submission.Refused(event.problems()));
    }

    /**
     * Where events go.
     *
     * @param adAccountId empty if they cannot go anywhere
     * @param problem why they cannot, and the cure
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
    private <T> CompletableFuture<T> storing(
            String account, Function<String, CompletableFuture<T>> store, Function<Submission, T> ofEach) {
        try {
            Destination destination = destination(account);
            if (destination.adAccountId().isEmpty()) {
                return CompletableFuture.completedFuture(ofEach.apply(new Submission.NotStored(destination.problem())));
            }
            return store.apply(destination.adAccountId()).exceptionally(e -> ofEach.apply(failed(e)));
        } catch (Throwable e) { // of any type: the outbox may be a proxy, or a driver below it fails
            JvmErrors.rethrow(e);
            keepInterrupt(e);
            return CompletableFuture.completedFuture(ofEach.apply(failed(e)));
        }
    }

    private <T> T await(CompletableFuture<T> answer, Function<Submission, T> ofEach) {
        try {
            return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return ofEach.apply(new Submission.NotStored("The outbox did not answer within " + deadline.toMillis()
                    + " ms; it may have stored the event all the same: submit it again, under the same id"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ofEach.apply(new Submission.NotStored(
                    "Interrupted while the outbox stored; it may have: submit again, under the same id"));
        } catch (Throwable e) {
            JvmErrors.rethrow(e);
            return ofEach.apply(failed(e));
        }
    }

    private static Submission answer(ConversionEvent event, Outbox.Added added) {
        return switch (added) {
            case STORED -> new Submission.Stored(event.id(), event.warnings());
            case ALREADY_STORED -> new Submission.AlreadyStored(event.id());
            case FULL ->
                new Submission.NotStored(
                        "The outbox is full: is Pinterest reachable, and its disk quick enough? See stats()");
        };
    }

    private static Submission failed(Throwable e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        return new Submission.NotStored("The outbox failed: " + describe(cause));
    }

    /**
     * Our own messages name the cure. Of any other failure only the type is shown: its message may quote what the shop
     * handled.
     */
    private static String describe(Throwable e) {
        return e instanceof OutboxException || e instanceof EpikException
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

    /** An InterruptedException that was thrown without being declared: the caller still has to see the interrupt. */
    private static void keepInterrupt(Throwable e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
    }

    /** Logs an event that was not stored, unless the client was closed on purpose. */
    private Submission logIfLost(Submission answer) {
        if (answer instanceof Submission.NotStored lost && !lost.cause().equals(closedBecause)) {
            ContainedLog.log(LOG, Level.ERROR, "An event was not stored. {0}", lost.cause());
        }
        return answer;
    }

    /** Logs one line for each cause, not for each event. */
    private List<Submission> logIfLost(List<Submission> answers) {
        Map<String, Integer> lost = new LinkedHashMap<>();
        for (Submission answer : answers) {
            if (answer instanceof Submission.NotStored each && !each.cause().equals(closedBecause)) {
                lost.merge(each.cause(), 1, Integer::sum);
            }
        }
        lost.forEach((cause, events) ->
                ContainedLog.log(LOG, Level.ERROR, "{0} events were not stored. {1}", events, cause));
        return answers;
    }
}
