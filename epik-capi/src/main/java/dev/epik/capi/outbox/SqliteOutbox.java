// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.EpikException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An outbox in a file, for a shop that runs on one machine. Needs the library {@code org.xerial:sqlite-jdbc}.
 *
 * <p><b>In a crash</b> nothing is lost of what was said to be stored, the machine's power included: each commit is synced to the disk. On a
 * disk that goes with the machine, such as a container's own, all of it is lost.
 *
 * <p><b>Threads.</b> One daemon, "epik-outbox", does all work; a caller of {@code add} waits only where the queue is full, for at most
 * the submit wait, and is then told {@code FULL}. What waits together is committed together. Futures complete on that thread:
 * what follows must not wait.
 *
 * <p><b>Lifetime.</b> One opener at a time, on this machine: a second one, in this JVM or another, is refused. After
 * {@link #close()} the file can be opened again, and this one stores nothing more. Whoever opens it closes it, after the client.
 *
 * <p><b>Times</b> are the clock's. Set back, what waits is moved with it; set forward, leases and pauses end sooner.
 *
 * <p><b>At rest.</b> The files ({@code FILE}, {@code -wal}, {@code -shm}, {@code .lock}) are the owner's alone (mode 0600).
 * What was delivered is overwritten in the file; in {@code -wal} it stays until that is written anew.
 */
public final class SqliteOutbox implements Outbox {
    private static final Logger LOG = System.getLogger(SqliteOutbox.class.getName());
    private static final int FORGOTTEN_AT_ONCE = 2000;

    private final Path file;
    private final SoleOpener opener;
    private final OutboxTable table = new OutboxTable(Dialect.SQLITE);
    private final SqliteWriter writer;

    private SqliteOutbox(Path file, SoleOpener opener, Builder options) throws IOException, SQLException {
        this.file = file;
        this.opener = opener;
        this.writer = new SqliteWriter(file, SqliteFile.open(file), table, options);
    }

    /**
     * Opens the file, or makes it in a directory that exists.
     *
     * @throws EpikException where it cannot be an outbox, or is open already, saying what to do
     * @throws OutboxException where the file or its disk is damaged or out of reach
     */
    public static SqliteOutbox open(Path file) {
        return builder(file).open();
    }

    public static Builder builder(Path file) {
        return new Builder(file);
    }

    /**
     * Looks into an outbox, beside the shop that has it open or while nobody has. Changes nothing.
     *
     * @throws EpikException where there is no outbox
     */
    public static OutboxView inspect(Path file) {
        return OutboxView.of(file, Clock.systemUTC());
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return writer.add(List.of(event)).thenApply(added -> added.get(0));
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        return writer.add(events);
    }

    @Override
    public Peek peek(String adAccount, int most) {
        return writer.call(Step.Of.OTHER, (sql, now) -> table.peek(sql, adAccount, most, now));
    }

    @Override
    public Optional<Batch> claim(String adAccount, int mostEvents, long mostBytes, Duration lease) {
        return writer.call(Step.Of.CLAIM, (sql, now) -> table.claim(sql, adAccount, mostEvents, mostBytes, lease, now));
    }

    @Override
    public int settle(Batch batch, List<Settlement> settlements) {
        return writer.call(Step.Of.SETTLE, (sql, now) -> table.settle(sql, batch, settlements, now));
    }

    @Override
    public void pause(String adAccount, Duration time, String reason) {
        writer.call(Step.Of.OTHER, (sql, now) -> {
            table.pause(sql, adAccount, time, reason, now);
            return true;
        });
    }

    @Override
    public void resume(String adAccount) {
        writer.call(Step.Of.OTHER, (sql, now) -> {
            table.resume(sql, adAccount);
            return true;
        });
    }

    @Override
    public Backlog backlog(String adAccount) {
        return writer.call(Step.Of.OTHER, (sql, now) -> table.backlog(sql, adAccount, now));
    }

    @Override
    public List<DeadLetter> deadLetters(String adAccount, int most) {
        return writer.call(Step.Of.OTHER, (sql, now) -> table.deadLetters(sql, adAccount, most));
    }

    @Override
    public Redriven redrive(String adAccount, DeadLetter.Which which, boolean force) {
        return writer.call(Step.Of.OTHER, (sql, now) -> table.redrive(sql, adAccount, which, force, now));
    }

    @Override
    public Cancelled cancel(StoredEvent.Key key) {
        return writer.call(Step.Of.OTHER, (sql, now) -> table.cancel(sql, key, now));
    }

    @Override
    public int forget(String adAccount, Duration deliveredOlderThan, Duration deadOlderThan) {
        forget(adAccount, OutboxTable.State.DELIVERED, deliveredOlderThan);
        return forget(adAccount, OutboxTable.State.DEAD, deadOlderThan);
    }

    /** In steps, so that nobody who stores waits for all of it. */
    private int forget(String adAccount, OutboxTable.State state, Duration olderThan) {
        int all = 0;
        int some;
        do {
            some = writer.call(
                    Step.Of.OTHER,
                    (sql, now) -> table.forget(sql, adAccount, state, now - olderThan.toMillis(), FORGOTTEN_AT_ONCE));
            all += some;
        } while (some == FORGOTTEN_AT_ONCE);
        return all;
    }

    /** Stores what is queued, and gives the file free. */
    @Override
    public void close() {
        writer.close();
        if (!writer.hasEnded()) {
            LOG.log(Level.ERROR, "The outbox {0} does not end: does its disk hang? The file stays locked", file);
            return;
        }
        try {
            opener.close();
        } catch (IOException itsOwn) {
            LOG.log(Level.WARNING, "The lock beside {0} was not given back; the end of the process does that", file);
        }
    }

    /** Tests do to the connection what disks do. */
    <T> T onWriter(OutboxTable.Work<T> work) {
        return writer.call(Step.Of.OTHER, work);
    }

    boolean hasEnded() {
        return writer.hasEnded();
    }

    /** Not for several threads. */
    public static final class Builder {
        private final Path file;
        Clock clock = Clock.systemUTC();
        int queueSize = 4096;
        Duration submitWait = Duration.ofSeconds(2);
        Step.Listener steps = Step.Listener.NONE;

        private Builder(Path file) {
            this.file = file;
        }

        /** For tests; by default the system's. */
        public Builder clock(Clock theClock) {
            this.clock = theClock;
            return this;
        }

        /** How many calls wait for the disk at most; 4,096 by default. How many events wait for Pinterest has no bound but the disk. */
        public Builder queueSize(int calls) {
            if (calls < 1) {
                throw new EpikException("The queue size of a SqliteOutbox is " + calls + "; give at least 1");
            }
            this.queueSize = calls;
            return this;
        }

        /** How long a caller waits where the queue is full, before it is told so; 2 s by default. */
        public Builder submitWait(Duration time) {
            this.submitWait = time;
            return this;
        }

        Builder steps(Step.Listener listener) {
            this.steps = listener;
            return this;
        }

        /** See {@link SqliteOutbox#open(Path)}. */
        public SqliteOutbox open() {
            SoleOpener opener = null;
            SqliteOutbox opened = null;
            Path real = file;
            try {
                real = SqliteFile.locate(file);
                SqliteFile.refuseNetwork(
                        real, Files.getFileStore(SqliteFile.directory(real)).type());
                opener = SoleOpener.of(real);
                opened = new SqliteOutbox(real, opener, this);
                return opened;
            } catch (IOException trouble) {
                throw new EpikException("The outbox " + real + " cannot be opened, "
                        + trouble.getClass().getSimpleName()
                        + ": may this process write its directory, and is the disk full?");
            } catch (SQLException trouble) {
                throw SqliteFile.trouble(real, trouble);
            } finally {
                if (opened == null && opener != null) {
                    giveUp(opener);
                }
            }
        }

        private static void giveUp(SoleOpener opener) {
            try {
                opener.close();
            } catch (IOException itsOwn) {
                LOG.log(Level.DEBUG, "The end of the process gives the lock back");
            }
        }
    }
}
