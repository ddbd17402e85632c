// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.EpikException;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.FoundEvent;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.outbox.spool.KeyGuard;
import dev.epik.capi.outbox.spool.MainOutbox;
import dev.epik.capi.outbox.spool.SpoolFile;
import dev.epik.capi.outbox.spool.SpoolLog;
import dev.epik.capi.outbox.spool.SpoolMover;
import dev.epik.capi.outbox.spool.SpoolOptions;
import dev.epik.capi.outbox.spool.SpoolWriter;
import dev.epik.capi.outbox.table.CrashPoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * An outbox in a database, with a spool in a local file for the time in which the database fails. Events that the
 * database does not store are stored in the spool, and moved to the database under the same id when it works again.
 * Needs {@code org.xerial:sqlite-jdbc}.
 *
 * <pre>{@code
 * Outbox outbox = SpooledOutbox.of(() -> JdbcOutbox.of(dataSource), Path.of("/var/lib/shop/epik-spool.db"));
 * }</pre>
 *
 * <p><b>Storing.</b> An event goes to the database first. It goes to the spool if the database fails, has no room, or
 * does not answer within 4.5 s, which is the client's submit deadline less 500 ms for the spool. It counts as stored
 * when the commit of one of the two is durable. While the database fails, events go straight to the spool; the database
 * is probed by moving, after 1, 2, 4 … 30 s, and gets events again once it has stored one within that time. An event in
 * a transaction of the shop uses no spool.
 *
 * <p><b>Sending.</b> Events in the spool are not sent: all that concerns sending goes to the database alone, and fails
 * while that fails.
 *
 * <p><b>Moving.</b> In the order in which they were stored, at most 500 at once: stored in the database, then removed
 * from the spool. If the process ends between the two, the move is repeated, and the database, which has the id,
 * changes nothing. It remembers ids for 30 days after delivery. So an event is sent twice only if it cannot be removed
 * from the file for 30 days, although it is tried every 30 s, or if an old copy of the file is put back. An event that
 * the database refuses for 10 minutes, at least three times, while it stores others becomes a dead letter of the spool,
 * and holds up no other; {@link #redrive} moves it again.
 *
 * <p><b>Cancelling</b> looks into both. Once {@link #cancel} has returned {@code CANCELLED}, the event is not sent. If
 * the database cannot be asked, the event is removed from the spool and the call fails, because the database may have
 * it from another node or an earlier submit: cancel it again later. Each node knows its own spool alone: cancel an
 * event on the node that submitted it, or after an outage.
 *
 * <p><b>In a crash</b>, loss of power included, nothing is lost that was reported as stored, provided that the file is
 * on a disk that survives: a container's own disk ends with the pod. Each node has a file of its own, and one process
 * at a time can open it. What is in it is moved when it is opened the next time; a node that does not come back keeps
 * its events from being sent.
 *
 * <p><b>At rest</b> the file is like that of a {@link SqliteOutbox}: it holds what the outbox holds, belongs to the
 * owner alone (mode 0600), and {@link SqliteOutbox#inspect} reads it.
 *
 * <p><b>Threads.</b> Thread-safe. Three daemons: "epik-spool" moves, "epik-spool-timer" ends waiting, "epik-spool-file"
 * writes the file. The database's outbox must not wait in {@code addAll} for longer than the submit deadline: while the
 * calling thread is in there, no deadline holds.
 *
 * <p><b>Lifetime.</b> The caller closes it, after the client. It closes the database's outbox.
 */
public final class SpooledOutbox implements Outbox {
    /** From this age on events in the spool are reported as overdue. */
    public static final Duration OVERDUE = SpoolLog.OVERDUE;

    private static final Duration CANCEL_WAIT = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofSeconds(30);

    private final MainOutbox main;
    private final SqliteOutbox spoolOutbox;
    private final SpoolFile spool;
    private final KeyGuard guard = new KeyGuard();
    private final SpoolMover mover;
    private final SpoolWriter writer;
    private final SpoolLog log;

    private SpooledOutbox(MainOutbox main, SqliteOutbox spoolOutbox, SpoolFile spool, SpoolOptions options) {
        this.main = main;
        this.spoolOutbox = spoolOutbox;
        this.spool = spool;
        this.log = new SpoolLog(spool.path());
        this.mover = new SpoolMover(spool, main, guard, log, options);
        this.writer = new SpoolWriter(main, spool, guard, log, options.mainWait(), mover::wake);
        if (spool.oldestAge().isPresent()) {
            log.began("They are from an earlier run");
        }
        mover.start();
        writer.every(
                LOOK,
                () -> spool.oldestAge()
                        .ifPresent(age -> log.oldest(age, main.failure().orElse(""))));
    }

    /** Returns an outbox with the default settings; see {@link Builder#open}. */
    public static SpooledOutbox of(Supplier<? extends Outbox> database, Path spool) {
        return builder(database, spool).open();
    }

    /**
     * Returns a builder.
     *
     * @param database opens the outbox in the database, such as {@code () -> JdbcOutbox.of(dataSource)}. It is called
     *     again if it throws an {@link OutboxException}, by a thread of this outbox
     * @param spool a file of this node, in a directory that exists, on a local disk that outlives the process
     */
    public static Builder builder(Supplier<? extends Outbox> database, Path spool) {
        return new Builder(database, spool);
    }

    /** The database gets all but 500 ms of the submit timeout, and at least half of it. */
    @Override
    public void connect(Duration submitTimeout, ObjIntConsumer<String> moved) {
        Duration half = submitTimeout.dividedBy(2);
        Duration rest = submitTimeout.minus(SpoolWriter.SPOOL_WAIT);
        Duration wait = rest.compareTo(half) > 0 ? rest : half;
        writer.mainWait(wait);
        mover.connect(wait, moved);
    }

    /** Returns the outbox of the spool's file, for tests. */
    SqliteOutbox spool() {
        return spoolOutbox;
    }

    /** Returns whether the spool is empty and no event is being stored, for tests. */
    boolean isIdle() {
        try {
            return spool.oldestAge().isEmpty()
                    && guard.awaitIdle(Duration.ZERO)
                    && spool.oldestAge().isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public boolean hasSpool() {
        return true;
    }

    /** Counts the events of one ad account in the spool. Reads all of them: not for every request. */
    @Override
    public Backlog spooled(String adAccount) {
        return spoolOutbox.backlog(adAccount);
    }

    @Override
    public List<String> spooledAccounts() {
        return spoolOutbox.adAccounts();
    }

    /**
     * Returns the outbox in the database, for {@link JdbcOutbox#add(java.sql.Connection, StoredEvent)}.
     *
     * @throws OutboxException if it could not be opened yet
     */
    @Override
    public Outbox database() {
        return main.get();
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return addAll(List.of(event)).thenApply(added -> added.get(0));
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        return writer.addAll(events);
    }

    @Override
    public CancelResult cancel(StoredEvent.Key key) {
        if (!guard.hold(key, CANCEL_WAIT)) {
            throw new OutboxException("The event is being stored, and the outbox has not answered for "
                    + CANCEL_WAIT.toSeconds() + " s: cancel it again later");
        }
        try {
            CancelResult here = spool.cancel(key);
            return Stream.of(here, cancelInDatabase(key, here))
                    .max(Comparator.comparing(SpooledOutbox::weight))
                    .orElse(here);
        } finally {
            guard.release(key);
        }
    }

    private CancelResult cancelInDatabase(StoredEvent.Key key, CancelResult here) {
        try {
            return main.get().cancel(key);
        } catch (OutboxException e) {
            throw here != CancelResult.CANCELLED
                    ? e
                    : new OutboxException(
                            "The event was removed from the spool; whether the database has it too is not known: cancel it"
                                    + " again when the database works. " + e.getMessage(),
                            e);
        }
    }

    private static int weight(CancelResult cancelled) {
        return switch (cancelled) {
            case UNKNOWN -> 0;
            case CANCELLED -> 1;
            case TOO_LATE, REQUESTED -> 2;
        };
    }

    @Override
    public int replacedThreads() {
        return main.replacedThreads() + spoolOutbox.replacedThreads();
    }

    @Override
    public List<DueAccount> dueAccounts() {
        return main.get().dueAccounts();
    }

    @Override
    public Peek peek(String adAccount, int max) {
        return main.get().peek(adAccount, max);
    }

    @Override
    public Optional<Batch> claim(String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease) {
        return main.get().claim(adAccount, kind, maxEvents, maxBytes, lease);
    }

    @Override
    public boolean extend(Batch batch, Duration lease) {
        return main.get().extend(batch, lease);
    }

    @Override
    public SettleResult settle(Batch batch, List<Settlement> settlements) {
        return main.get().settle(batch, settlements);
    }

    @Override
    public void pause(String adAccount, Duration time, String reason) {
        main.get().pause(adAccount, time, reason);
    }

    @Override
    public void resume(String adAccount) {
        main.get().resume(adAccount);
    }

    @Override
    public int releaseSuspects(String adAccount, String suspectReason) {
        return main.get().releaseSuspects(adAccount, suspectReason);
    }

    /** Counts the events in the database, and the dead letters in both; {@link #spooled} counts those in the spool. */
    @Override
    public Backlog backlog(String adAccount) {
        Backlog there = main.get().backlog(adAccount);
        return new Backlog(
                there.waiting(),
                there.suspects(),
                there.dead() + spooled(adAccount).dead(),
                there.oldest());
    }

    @Override
    public List<DeadLetter> deadLetters(String adAccount, int max) {
        return Stream.concat(
                        main.get().deadLetters(adAccount, max).stream(),
                        spoolOutbox.deadLetters(adAccount, max).stream())
                .sorted(Comparator.comparing(DeadLetter::since).reversed())
                .limit(max)
                .toList();
    }

    @Override
    public Map<String, Integer> deadLettersOlderThan(Duration age) {
        return sum(main.get().deadLettersOlderThan(age), spoolOutbox.deadLettersOlderThan(age));
    }

    @Override
    public RedriveResult redrive(String adAccount, DeadLetter.Which which, DeadLetter.Scope scope) {
        RedriveResult there = main.get().redrive(adAccount, which, scope);
        RedriveResult here = spoolOutbox.redrive(adAccount, which, scope);
        if (here.events() > 0) {
            mover.wake();
        }
        return new RedriveResult(there.events() + here.events(), there.expired() + here.expired());
    }

    /** Searches the spool first, because events move from there to the database. */
    @Override
    public List<FoundEvent> find(Predicate<StoredEvent> which) {
        Map<StoredEvent.Key, FoundEvent> all = new LinkedHashMap<>();
        spoolOutbox.find(which).forEach(found -> all.put(found.key(), found));
        main.get().find(which).forEach(found -> all.put(found.key(), found));
        return List.copyOf(all.values());
    }

    @Override
    public boolean forgetDelivered(StoredEvent.Key key) {
        return main.get().forgetDelivered(key);
    }

    @Override
    public Map<String, Integer> forget(Duration deliveredOlderThan, Duration deadOlderThan) {
        Map<String, Integer> there = main.get().forget(deliveredOlderThan, deadOlderThan);
        Map<String, Integer> here = spoolOutbox.forget(deliveredOlderThan, deadOlderThan);
        spool.forgotten(here.values().stream().mapToInt(Integer::intValue).sum());
        return sum(there, here);
    }

    private static Map<String, Integer> sum(Map<String, Integer> one, Map<String, Integer> other) {
        Map<String, Integer> both = new TreeMap<>(one);
        other.forEach((account, count) -> both.merge(account, count, Integer::sum));
        return both;
    }

    @Override
    public List<BooksDifference> verify() {
        return main.get().verify();
    }

    /**
     * Completes events that are being stored, in the database or in the spool, and closes both. Events in the spool
     * stay there. Returns after some 10 s at most if the database hangs, and when the outbox in the database is closed.
     */
    @Override
    public void close() {
        mover.close();
        writer.close();
        if (spool.oldestAge().isPresent()) {
            log.left();
        }
        spool.close();
        main.close();
    }

    /** Collects the settings. Not thread-safe. */
    public static final class Builder {
        private final Supplier<? extends Outbox> database;
        private final Path file;
        private int maxEvents = 1_000_000;
        private long maxBytes = 2L << 30;
        Duration mainWait = Duration.ofSeconds(5).minus(SpoolWriter.SPOOL_WAIT);
        Duration minBackoff = Duration.ofSeconds(1);
        Duration maxBackoff = Duration.ofSeconds(30);
        Duration patience = Duration.ofMinutes(10);
        CrashPoint.Listener crashPoints = CrashPoint.Listener.NONE;

        private Builder(Supplier<? extends Outbox> database, Path spool) {
            this.database = Objects.requireNonNull(database, "database");
            this.file = Objects.requireNonNull(spool, "spool");
        }

        /** Sets how many events the spool holds, dead letters included; 1,000,000 by default, at least 1. */
        public Builder maxEvents(int events) {
            this.maxEvents = Math.max(1, events);
            return this;
        }

        /** Sets how large the file may become, its write-ahead log aside; 2 GB by default, at least 1 MB. */
        public Builder maxBytes(long bytes) {
            this.maxBytes = Math.max(1 << 20, bytes);
            return this;
        }

        /** Sets how long the main outbox has to answer until a client is connected. */
        Builder mainWait(Duration time) {
            this.mainWait = time;
            return this;
        }

        Builder backoff(Duration min, Duration max) {
            this.minBackoff = min;
            this.maxBackoff = max;
            return this;
        }

        /** Sets how long an event is tried that the main outbox refuses. */
        Builder patience(Duration time) {
            this.patience = time;
            return this;
        }

        /** Sets what is called at the crash points of the spool's file. */
        Builder crashPoints(CrashPoint.Listener listener) {
            this.crashPoints = listener;
            return this;
        }

        /**
         * Opens the spool, and then the outbox in the database. If the database cannot be reached, events are stored in
         * the spool, and opening is tried again until it succeeds.
         *
         * @throws EpikException if the file cannot be a spool or is open already, or if the database is not fit to be
         *     an outbox, for example because its tables are missing; then nothing is open
         * @throws OutboxException if the file is damaged, or its disk fails
         */
        public SpooledOutbox open() {
            SqliteOutbox.Builder options = SqliteOutbox.builder(file)
                    .queueSize(10_000)
                    .submitWait(SpoolWriter.SPOOL_WAIT.dividedBy(2))
                    .threads(work -> new Thread(work, "epik-spool-file"))
                    .crashPoints(crashPoints);
            SqliteOutbox spoolOutbox = options.open();
            SpoolFile spool =
                    new SpoolFile(spoolOutbox, spoolOutbox::transaction, file, options.clock, maxEvents, maxBytes);
            MainOutbox main = new MainOutbox(database);
            try {
                main.open();
                return new SpooledOutbox(
                        main, spoolOutbox, spool, new SpoolOptions(mainWait, minBackoff, maxBackoff, patience));
            } catch (Throwable e) { // also an error of the JVM: no thread can be created
                try (spool;
                        main) {
                    throw e;
                }
            }
        }
    }
}
