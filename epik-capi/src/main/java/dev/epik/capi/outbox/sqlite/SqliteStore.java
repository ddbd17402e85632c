// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.sqlite;

import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.table.ClockCorrection;
import dev.epik.capi.outbox.table.CrashPoint;
import dev.epik.capi.outbox.table.OutboxTable;
import dev.epik.capi.outbox.table.TransactionKind;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;

/**
 * The transactions on an open outbox file, and its time. Not thread-safe: used by the writer thread. A thread that
 * replaces it sees what the ended one left.
 *
 * <p>A transaction returns only if what it committed is in the file at the path; see {@link OpenFiles}.
 */
public final class SqliteStore {
    private static final Logger LOG = System.getLogger(SqliteStore.class.getName());

    /** How far the clock may go back before stored times are moved. Up to that, the store's time stands still. */
    private static final long MAX_STEP_BACK_MILLIS = 1000;

    private final Path file;
    private final OpenFiles files;
    private final CrashPoint.Listener crashPoints;
    private final Clock clock;
    private long latest;

    /** Whether a transaction may be open, because it could not be rolled back. */
    private boolean unfinished;

    private boolean closed;

    public SqliteStore(Path file, OpenFiles files, SqliteOptions options) throws SQLException {
        this.file = file;
        this.files = files;
        this.crashPoints = options.crashPoints();
        this.clock = options.clock();
        try (Statement statement = files.connection().createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT MAX(stored_at) FROM epik_outbox WHERE state IN (0, 3)")) {
            this.latest = row.next() ? row.getLong(1) : 0;
        }
    }

    /** Runs the work in a transaction, and returns when that is committed and is in the file at the path. */
    <T> T transaction(TransactionKind kind, OutboxTable.Work<T> work) throws SQLException {
        ensureInPlace();
        T result = commit(kind, work, now());
        ensureInPlace();
        return result;
    }

    private void ensureInPlace() throws SQLException {
        if (!files.areInPlace()) {
            endUnfinished();
            files.ensureInPlace();
        }
    }

    private <T> T commit(TransactionKind kind, OutboxTable.Work<T> work, long now) throws SQLException {
        endUnfinished();
        Connection connection = files.connection();
        try (Statement statement = connection.createStatement()) {
            unfinished = true;
            statement.executeUpdate("BEGIN");
            try {
                T result = work.at(connection, now);
                crashPoints.reached(kind.written);
                statement.executeUpdate("COMMIT");
                unfinished = false;
                crashPoints.reached(kind.committed);
                return result;
            } catch (Throwable e) {
                rollBack(statement);
                throw e;
            }
        }
    }

    private void endUnfinished() throws SQLException {
        if (unfinished && !files.connection().isClosed()) {
            try (Statement statement = files.connection().createStatement()) {
                rollBack(statement);
            }
        }
    }

    private void rollBack(Statement statement) {
        try {
            statement.executeUpdate("ROLLBACK");
            unfinished = false;
        } catch (SQLException ignored) {
            // SQLite has done so already, as it does when the disk is full; otherwise the next transaction tries again
        }
    }

    /**
     * Returns the store's time. It does not go back with the clock: events that wait for a time would wait until the
     * clock reaches it again.
     */
    private long now() throws SQLException {
        long now = clock.millis();
        long back = latest - now;
        if (back > MAX_STEP_BACK_MILLIS) {
            commit(
                    TransactionKind.OTHER,
                    (sql, time) -> {
                        ClockCorrection.shift(sql, back, time);
                        return true;
                    },
                    now);
            latest = now; // not before: a move that fails is tried again
            ContainedLog.log(
                    LOG,
                    Level.WARNING,
                    "The clock was set back by {0} s; the times in the outbox {1} were moved with it. Is the clock"
                            + " kept by NTP?",
                    back / 1000,
                    file);
        }
        latest = Math.max(latest, now);
        return latest;
    }

    /** Returns whether {@link #close} was called. */
    boolean isClosed() {
        return closed;
    }

    /** Moves what is in the {@code -wal} to the file, and closes it. Logs what fails; never throws. */
    void close() {
        closed = true;
        files.tryAgain();
        try {
            ensureInPlace();
            try (Statement statement = files.connection().createStatement()) {
                statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            } finally {
                files.close();
            }
        } catch (OutboxException e) {
            // the files are not in place and cannot be restored, which is logged
        } catch (SQLException e) {
            logClosingFailed(SqliteFile.describe(file, e).getMessage());
        } catch (Throwable e) {
            logClosingFailed(e.getClass().getName());
        }
    }

    private static void logClosingFailed(String why) {
        ContainedLog.log(LOG, Level.WARNING, "Stored events are safe, but closing the outbox file failed. {0}", why);
    }
}
