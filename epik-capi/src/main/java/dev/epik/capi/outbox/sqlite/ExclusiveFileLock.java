// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.sqlite;

import dev.epik.capi.EpikException;
import dev.epik.capi.file.LockChannel;
import dev.epik.capi.file.PrivateFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * The lock that gives one opener an outbox file. A second opener would lose events without an error: two class loaders
 * on one file lost half of the events that they had reported as stored.
 *
 * <p>The lock is on a file beside the database, never on the database: on POSIX systems, closing any descriptor of a
 * file releases all locks that the process holds on it, SQLite's own included. For the same reason a second opener in
 * this JVM, possibly of another class loader, is refused by a system property before it opens the lock file.
 *
 * <p><b>Lifetime.</b> The lock is held until {@link #close} or the end of the process, even if a web application
 * forgets to close its outbox. {@link LockChannel} keeps the file open. Not thread-safe, except for {@link #isInPlace}.
 */
public final class ExclusiveFileLock implements AutoCloseable {
    private static final String PROPERTY = "dev.epik.outbox.open.";
    private static final int MAX_NOTE_BYTES = 200;

    /** The locked byte. It is beyond the note, because Windows does not let other processes read locked bytes. */
    private static final long LOCKED_BYTE = 1L << 40;

    private final Path database;
    private final LockChannel channel;
    private final String property;
    private final String note;

    private ExclusiveFileLock(Path database, LockChannel channel, String property, String note) {
        this.database = database;
        this.channel = channel;
        this.property = property;
        this.note = note;
    }

    /**
     * Locks the file, and creates the lock file if it is missing.
     *
     * @throws EpikException if the file is open already; the message names the other opener as far as it is known
     */
    public static ExclusiveFileLock of(Path database) throws IOException {
        Path file = lockFile(database);
        PrivateFile.createIfMissing(file);
        String property = property(file);
        String note = "process " + ProcessHandle.current().pid() + " since "
                + Instant.now().truncatedTo(ChronoUnit.SECONDS) + ", thread "
                + Thread.currentThread().getName();
        Object other = System.getProperties().putIfAbsent(property, note);
        if (other != null) {
            throw new EpikException("The outbox " + database + " is open already, in this JVM (" + other
                    + "): open it once and share it; a web application that is deployed anew closes it first");
        }
        try {
            LockChannel channel = LockChannel.open(file);
            lock(database, channel, note);
            return new ExclusiveFileLock(database, channel, property, note);
        } catch (IOException | RuntimeException e) {
            System.getProperties().remove(property, note);
            throw e;
        }
    }

    private static void lock(Path database, LockChannel lockFile, String note) throws IOException {
        FileChannel channel = lockFile.channel();
        FileLock lock;
        try {
            lock = lockFile.tryLock(LOCKED_BYTE, 1);
        } catch (OverlappingFileLockException ignored) {
            // Another program cleared the system properties. The channel stays open: closing it would release the
            // lock of the other opener.
            throw new EpikException(
                    "The outbox " + database + " is open already, in this JVM: open it once and share it");
        }
        if (lock == null) {
            try (lockFile) {
                ByteBuffer bytes = ByteBuffer.allocate(MAX_NOTE_BYTES);
                channel.read(bytes, 0);
                String who = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
                throw new EpikException("The outbox " + database + " is open already, in another process (" + who
                        + "): one shop has one outbox file; stop the other, or give each a file of its own");
            }
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((note + "\n").getBytes(StandardCharsets.UTF_8)), 0);
    }

    /** Returns whether the lock file is still the one that is locked: another process may have deleted it. */
    boolean isInPlace() {
        try {
            return property(lockFile(database)).equals(property);
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns whether this JVM has the file open, by any class loader. */
    static boolean isOpenHere(Path database) throws IOException {
        Path file = lockFile(database);
        return Files.exists(file) && System.getProperty(property(file)) != null;
    }

    private static Path lockFile(Path database) {
        return database.resolveSibling(database.getFileName() + ".lock");
    }

    /**
     * Names the file by its inode, so that two paths to it are one file; by its real path on systems without inodes.
     */
    private static String property(Path file) throws IOException {
        Object number = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return PROPERTY + Objects.requireNonNullElse(number, file.toRealPath());
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            System.getProperties().remove(property, note);
        }
    }
}
