// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.sqlite;

import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.file.PrivateFile;
import dev.epik.capi.outbox.spi.OutboxException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The files of an open outbox, which another program may delete or replace. Not thread-safe: used by the writer thread.
 *
 * <p>SQLite continues to write to files that are no longer at their path. The next opener of the path does not see
 * those events. If that has happened, everything that the connection still sees is copied to a new file at the path,
 * events with their keys and states, and the outbox goes on with that. A file that another program has put there is
 * kept beside it.
 *
 * <p><b>What is compared</b> are {@code FILE} and {@code FILE-wal}, by {@link FileIdentity}: two calls of {@code stat}.
 */
public final class OpenFiles {
    private static final Logger LOG = System.getLogger(OpenFiles.class.getName());

    /** The minimum time between two attempts to restore the file. Each may copy gigabytes. */
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(10);

    private final Path file;
    private final Path walFile;
    private volatile ExclusiveFileLock lock;
    private Connection connection;
    private FileIdentity main;
    private FileIdentity wal;

    /** The copy that is to take the place of the file. Null unless a restoration was cut off. */
    private @Nullable Path copy;

    private long nextTry = System.nanoTime();

    /** Opens the file to write; see {@link SqliteFile#open}. */
    public OpenFiles(Path file, ExclusiveFileLock lock) throws IOException, SQLException {
        this.file = file;
        this.walFile = SqliteFile.beside(file, "-wal");
        this.lock = lock;
        Connection opened = SqliteFile.open(file);
        this.connection = opened;
        try {
            this.main = FileIdentity.of(file);
            this.wal = FileIdentity.of(walFile);
        } catch (IOException e) {
            try (opened) {
                throw e;
            }
        }
    }

    Connection connection() {
        return connection;
    }

    boolean areInPlace() {
        return main.isInPlace() && wal.isInPlace();
    }

    /**
     * Restores the files if they are not in place. Then the connection is another one.
     *
     * @throws OutboxException if they are not in place and cannot be restored now
     */
    void ensureInPlace() {
        if (areInPlace()) {
            return;
        }
        if (nextTry - System.nanoTime() > 0) {
            throw lost("is restored within " + BETWEEN_TRIES.toSeconds() + " s at the earliest", null);
        }
        nextTry = System.nanoTime() + BETWEEN_TRIES.toNanos();
        try {
            restore();
        } catch (IOException | SQLException | RuntimeException e) {
            String why = e instanceof SQLException sql
                    ? SqliteFile.describe(file, sql).getMessage()
                    : e.getClass().getSimpleName() + " " + e.getMessage();
            OutboxException lost = lost("could not be restored: " + why, e);
            ContainedLog.log(LOG, Level.ERROR, "{0}", lost.getMessage());
            throw lost;
        }
        nextTry = System.nanoTime();
    }

    private OutboxException lost(String how, @Nullable Throwable cause) {
        return new OutboxException(
                "The outbox " + file + " was deleted or replaced by another program while it was open, and " + how
                        + ". What was stored last is lost if this process ends before: leave it running, make the"
                        + " directory writable, and free some space",
                cause);
    }

    private void restore() throws IOException, SQLException {
        String time = SqliteFile.timestamp();
        boolean hasOther = Files.exists(file) && !main.isInPlace();
        String what = main.isInPlace() ? walFile.toString() : file.toString();
        if (!lock.isInPlace()) {
            ExclusiveFileLock again =
                    ExclusiveFileLock.of(file); // refused if another process has opened the path meanwhile
            lock.close();
            lock = again;
        }
        if (!connection.isClosed()) {
            if (copy != null) {
                Files.deleteIfExists(copy); // of a try that failed
            }
            copy = copy(SqliteFile.beside(file, ".rescued-" + time));
        }
        Path found = SqliteFile.beside(file, ".found-" + time);
        if (copy != null) {
            // Before the connection is closed: then SQLite deletes FILE-wal by its name.
            moveAside(hasOther, found);
            connection.close();
            Files.deleteIfExists(walFile); // it belongs to the old file; SQLite would apply it to the new one
            Files.deleteIfExists(SqliteFile.beside(file, "-shm"));
            Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
            copy = null;
            PrivateFile.syncDirectory(SqliteFile.directory(file));
        }
        connection = SqliteFile.open(file);
        main = FileIdentity.of(file);
        wal = FileIdentity.of(walFile);
        ContainedLog.log(
                LOG,
                Level.ERROR,
                "{0} was deleted or replaced by another program while the outbox was open. All that was in the outbox was"
                        + " copied to a new file {1}; nothing is lost. Do not move, delete or replace the files of an open"
                        + " outbox, and let nothing in this process read them, not even a backup. Back up from another"
                        + " process: sqlite3 {1} \"VACUUM INTO ''backup.db''\".{2}",
                what,
                file,
                hasOther ? " What was found there instead is now " + found : "");
    }

    /** Renames what another program has put at the path of the file and of its {@code -wal}. */
    private void moveAside(boolean hasOther, Path found) throws IOException {
        if (hasOther) {
            Files.move(file, found);
        }
        if (!wal.isInPlace() && hasOther) {
            SqliteFile.moveWal(walFile, SqliteFile.beside(found, "-wal"));
        } else if (!wal.isInPlace()) {
            SqliteFile.keepOrphan(walFile, file);
        }
    }

    /** Writes all that the connection sees into a new file, and syncs it. */
    private Path copy(Path target) throws IOException, SQLException {
        PrivateFile.createIfMissing(target);
        try (PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
            vacuum.setString(1, target.toString());
            vacuum.executeUpdate();
            try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            return target;
        } catch (IOException | SQLException | RuntimeException e) {
            Files.deleteIfExists(target); // it is not complete
            throw e;
        }
    }

    /** Lets the next {@link #ensureInPlace} try to restore the files, even if the last attempt was a moment ago. */
    void tryAgain() {
        nextTry = System.nanoTime();
    }

    /**
     * Closes the connection, unless its files are not in place: closing it would delete the files of another program by
     * their names.
     */
    public void close() throws SQLException {
        if (areInPlace()) {
            connection.close();
        }
    }

    /** Releases the lock on the file. Call {@link #close} before. */
    public void release() throws IOException {
        lock.close();
    }
}
