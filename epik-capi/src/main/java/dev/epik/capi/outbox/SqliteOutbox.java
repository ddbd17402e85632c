// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.EpikException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
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
 * What was delivered is overwritten in the file; in {@code -wal}, which grows to some 16 MB, it stays until that is written anew.
 */
public final class SqliteOutbox extends TableOutbox {
    private static final Logger LOG = System.getLogger(SqliteOutbox.class.getName());

    private final Path file;
    private final SoleOpener opener;
    private final SqliteWriter writer;
    private final int leftClaimed;

    private SqliteOutbox(Path file, SoleOpener opener, Builder options) throws IOException, SQLException {
        super(Dialect.SQLITE);
        this.file = file;
        this.opener = opener;
        Connection connection = SqliteFile.open(file);
        try {
            this.writer = new SqliteWriter(file, connection, table, options);
        } catch (SQLException unreadable) {
            try (connection) {
                throw unreadable;
            }
        }
        try {
            this.leftClaimed = writer.call(Step.Of.OTHER, table::endLeases); // the lock is ours: who held them is gone
        } catch (RuntimeException unusable) {
            writer.close();
            throw unusable;
        }
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

    /** How many events the last opener was sending when it ended without a word: they are sent again, and may arrive twice. */
    public int leftClaimed() {
        return leftClaimed;
    }

    /** The ids of those with anything that waits or lies dead. */
    public List<String> adAccounts() {
        return transaction(Step.Of.OTHER, (sql, now) -> table.adAccounts(sql));
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        return writer.add(events);
    }

    @Override
    <T> T transaction(Step.Of kind, OutboxTable.Work<T> work) {
        return writer.call(kind, work);
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
