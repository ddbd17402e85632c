// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.EpikException;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.OutboxView;
import dev.epik.capi.outbox.sqlite.ExclusiveFileLock;
import dev.epik.capi.outbox.sqlite.OpenFiles;
import dev.epik.capi.outbox.sqlite.SqliteExecutor;
import dev.epik.capi.outbox.sqlite.SqliteFile;
import dev.epik.capi.outbox.sqlite.SqliteOptions;
import dev.epik.capi.outbox.sqlite.SqliteStore;
import dev.epik.capi.outbox.sqlite.SqliteTasks;
import dev.epik.capi.outbox.sqlite.SqliteView;
import dev.epik.capi.outbox.sqlite.SqliteWriter;
import dev.epik.capi.outbox.table.ClockCorrection;
import dev.epik.capi.outbox.table.CrashPoint;
import dev.epik.capi.outbox.table.Dialect;
import dev.epik.capi.outbox.table.OutboxTable;
import dev.epik.capi.outbox.table.RowState;
import dev.epik.capi.outbox.table.TransactionKind;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;

/**
 * An outbox in a file, for a shop that runs on one machine. Needs the library {@code org.xerial:sqlite-jdbc}. A file of
 * schema 1 is migrated when it is opened; an older Epik then refuses it.
 *
 * <p><b>In a crash</b>, loss of power included, nothing is lost that was reported as stored: each commit is synced to
 * the disk. On a disk that ends with the machine, such as a container's own, everything is lost.
 *
 * <p><b>Threads.</b> One daemon, "epik-outbox", does all work. A caller of {@code add} waits only if the queue is full,
 * for at most the submit wait, and then gets {@code FULL}. Events that wait together are committed together. Futures
 * complete on that thread: what depends on them must not wait. Every other call waits at most 30 s and then throws an
 * {@link OutboxException}. If the thread ends, for example because the process ran out of memory, the next call
 * replaces it.
 *
 * <p><b>Many at once.</b> A call of {@code addAll} with more than 1,000 events, or more than 4 MB, is stored in several
 * transactions. If one fails, the call fails although those before are stored; storing all of them again does no harm.
 * Large claims and settlements are divided too, so that events that are to be stored need not wait for them.
 *
 * <p><b>Lifetime.</b> One process at a time can open the file, and only once: another opener is refused. After
 * {@link #close()} the file can be opened again, and this outbox stores nothing more. The caller closes it, after the
 * client. A web application that forgets to close it keeps the file locked until the process ends.
 *
 * <p><b>Backups and other programs.</b> Back up from another process, by {@code sqlite3 FILE "VACUUM INTO
 * 'backup.db'"}. Other processes may read the file with SQLite. Nothing in this process may open it, not even
 * {@code Files.copy}: when it is closed, SQLite loses its locks (a rule of POSIX), and the next reader may delete
 * {@code FILE-wal} with the newest events. Before and after each transaction the outbox compares {@code FILE} and
 * {@code FILE-wal} with the files that it has open: by device and inode, or by the time of creation on systems without
 * inodes. If one was deleted or replaced, the outbox logs an error, copies everything to a new file at the path, and
 * goes on with that; a file that was found there instead becomes {@code FILE.found-TIME}. A large file takes a while.
 * As long as that is not possible, for example because the disk is full, it reports nothing as stored. A
 * {@code FILE-wal} that is found without its {@code FILE} is renamed, never deleted; the log explains how to recover
 * its events.
 *
 * <p><b>Times</b> are the clock's. If it is set back, the times of waiting events are moved with it. If it is set
 * forward, leases and pauses end sooner. Waits that are longer than delivery ever asks for, which a clock that was
 * ahead has left, end when the file is opened: an hour, or 25 hours for suspects.
 *
 * <p><b>At rest.</b> The files ({@code FILE}, {@code -wal}, {@code -shm}, {@code .lock}) belong to the owner alone
 * (mode 0600). Delivered events are overwritten in the file. In {@code -wal} they stay until that is written anew. It
 * holds some 20 MB at most, and is cut to 17 MB. As long as another program reads in one transaction it cannot be
 * written anew, and grows by all that is stored and settled meanwhile: 400 MB for 30,000 events of 3 kB. It is cut
 * after that transaction has ended.
 */
public final class SqliteOutbox extends TableOutbox {
    private static final Logger LOG = System.getLogger(SqliteOutbox.class.getName());

    /** The rows of one claim or settlement: events to be stored then wait some 5 ms for it, and not 25 ms. */
    static final int MAX_ROWS_AT_ONCE = 250;

    private final Path file;
    private final OpenFiles files;
    private final SqliteExecutor writer;
    private final int leftClaimed;

    private SqliteOutbox(Path file, ExclusiveFileLock opener, Builder options) throws IOException, SQLException {
        super(new OutboxTable(Dialect.SQLITE));
        this.file = file;
        this.files = new OpenFiles(file, opener);
        try {
            SqliteTasks tasks = new SqliteTasks(file, new SqliteStore(file, files, options.toOptions()), table);
            this.writer = options.executor.create(tasks, options.toOptions());
        } catch (SQLException | RuntimeException e) {
            files.close();
            throw e;
        }
        try {
            this.leftClaimed = writer.call(TransactionKind.OTHER, (sql, now) -> {
                ClockCorrection.clamp(sql, now);
                return table.endLeases(sql, now); // we hold the lock: their holder has ended
            });
        } catch (RuntimeException e) {
            writer.close();
            throw e;
        }
    }

    /**
     * Opens the file, or creates it in a directory that exists.
     *
     * @throws EpikException if it cannot be an outbox, or is open already; the message names the cure
     * @throws OutboxException if the file is damaged, or the disk fails
     */
    public static SqliteOutbox open(Path file) {
        return builder(file).open();
    }

    /** Returns a builder of an outbox in this file. */
    public static Builder builder(Path file) {
        return new Builder(file);
    }

    /**
     * Opens an outbox to read it, whether a shop has it open or not. Changes nothing.
     *
     * @throws EpikException if there is no outbox
     */
    public static OutboxView inspect(Path file) {
        return SqliteView.of(file, Clock.systemUTC());
    }

    /**
     * Returns how many events the last process had claimed when it ended without closing: they are sent again, and may
     * arrive twice.
     */
    public int leftClaimed() {
        return leftClaimed;
    }

    /** Returns the ids of the ad accounts that have waiting events or dead letters. */
    public List<String> adAccounts() {
        return transaction(
                TransactionKind.OTHER,
                (sql, now) -> table.adAccounts(sql, RowState.WAITING, RowState.SUSPECT, RowState.DEAD));
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        return writer.add(events);
    }

    @Override
    int maxRowsAtOnce() {
        return MAX_ROWS_AT_ONCE;
    }

    @Override
    <T> T transaction(TransactionKind kind, OutboxTable.Work<T> work) {
        return writer.call(kind, work);
    }

    /** Stores the queued events, and releases the file. Waits at most 30 s. */
    @Override
    public void close() {
        writer.close();
        if (!writer.hasEnded()) {
            LOG.log(
                    Level.ERROR,
                    "The writer thread of the outbox {0} does not end: does its disk hang? The file stays locked",
                    file);
            return;
        }
        try {
            files.release();
        } catch (IOException ignored) {
            LOG.log(Level.WARNING, "The lock of {0} was not released; the end of the process releases it", file);
        }
    }

    boolean hasEnded() {
        return writer.hasEnded();
    }

    @Override
    public int replacedThreads() {
        return writer.replaced();
    }

    /** Collects the settings. Not thread-safe. */
    public static final class Builder {
        private final Path file;
        Clock clock = Clock.systemUTC();
        int queueSize = 4096;
        Duration submitWait = Duration.ofSeconds(2);

        /** How long a call waits for its result. */
        Duration answerWait = Duration.ofSeconds(30);

        ThreadFactory threads = work -> new Thread(work, "epik-outbox");
        CrashPoint.Listener crashPoints = CrashPoint.Listener.NONE;
        SqliteExecutor.Factory executor = SqliteWriter::new;

        private Builder(Path file) {
            this.file = file;
        }

        /** Sets the clock, for tests. By default it is the system's. */
        public Builder clock(Clock theClock) {
            this.clock = theClock;
            return this;
        }

        /**
         * Sets how many calls may wait for the disk; 4,096 by default. Only the disk limits how many events wait for
         * Pinterest.
         */
        public Builder queueSize(int calls) {
            if (calls < 1) {
                throw new EpikException("The queue size of a SqliteOutbox is " + calls + "; give at least 1");
            }
            this.queueSize = calls;
            return this;
        }

        /** Sets how long a caller waits while the queue is full; 2 s by default. */
        public Builder submitWait(Duration time) {
            this.submitWait = time;
            return this;
        }

        Builder crashPoints(CrashPoint.Listener listener) {
            this.crashPoints = listener;
            return this;
        }

        Builder answerWait(Duration time) {
            this.answerWait = time;
            return this;
        }

        Builder executor(SqliteExecutor.Factory factory) {
            this.executor = factory;
            return this;
        }

        Builder threads(ThreadFactory factory) {
            this.threads = factory;
            return this;
        }

        private SqliteOptions toOptions() {
            return new SqliteOptions(clock, queueSize, submitWait, answerWait, threads, crashPoints);
        }

        /** Opens the outbox, as {@link SqliteOutbox#open(Path)} does. */
        public SqliteOutbox open() {
            ExclusiveFileLock opener = null;
            SqliteOutbox opened = null;
            Path real = file;
            try {
                real = SqliteFile.locate(file);
                SqliteFile.refuseNetwork(
                        real, Files.getFileStore(SqliteFile.directory(real)).type());
                opener = ExclusiveFileLock.of(real);
                opened = new SqliteOutbox(real, opener, this);
                return opened;
            } catch (IOException e) {
                throw new EpikException("The outbox " + real + " cannot be opened, "
                        + e.getClass().getSimpleName()
                        + ": may this process write its directory, and is the disk full?");
            } catch (SQLException e) {
                throw SqliteFile.describe(real, e);
            } finally {
                if (opened == null && opener != null) {
                    giveUp(opener);
                }
            }
        }

        private static void giveUp(ExclusiveFileLock opener) {
            try {
                opener.close();
            } catch (IOException ignored) {
                LOG.log(Level.DEBUG, "The lock was not released; the end of the process releases it");
            }
        }
    }
}
