// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

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
 * The right to be the one who has an outbox file open. A second opener would lose events without an error: two class loaders on
 * one file lost half of what they had acknowledged.
 *
 * <p>Other processes are kept out by a lock on a sibling file, never on the database itself: on POSIX systems closing any
 * descriptor of a file gives up all the process's locks on it, SQLite's own included. For the same reason a second opener in
 * this JVM, which may be another class loader's, is told apart by a system property before it touches the sibling.
 *
 * <p>The lock is held until {@link #close} or the end of the process, even if a web application forgets its outbox.
 */
final class SoleOpener implements AutoCloseable {
    private static final String PROPERTY = "dev.epik.outbox.open.";
    private static final int LONGEST_NOTE = 200;

    /** Windows lets nobody read what is locked. */
    private static final long BEYOND_THE_NOTE = 1L << 40;

    private final Path database;
    private final LockChannel channel;
    private final String property;
    private final String note;

    private SoleOpener(Path database, LockChannel channel, String property, String note) {
        this.database = database;
        this.channel = channel;
        this.property = property;
        this.note = note;
    }

    /** @throws EpikException where another is, saying who as far as that is known */
    static SoleOpener of(Path database) throws IOException {
        Path file = lockFile(database);
        PrivateFile.createUnlessThere(file);
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
            return new SoleOpener(database, channel, property, note);
        } catch (IOException | RuntimeException refused) {
            System.getProperties().remove(property, note);
            throw refused;
        }
    }

    private static void lock(Path database, LockChannel lockFile, String note) throws IOException {
        FileChannel channel = lockFile.channel();
        FileLock lock;
        try {
            lock = lockFile.tryLock(BEYOND_THE_NOTE, 1);
        } catch (OverlappingFileLockException inThisJvm) {
            // Another program cleared the system properties. The channel stays open: closing it would unlock the
            // other's.
            throw new EpikException(
                    "The outbox " + database + " is open already, in this JVM: open it once and share it");
        }
        if (lock == null) {
            try (lockFile) {
                ByteBuffer bytes = ByteBuffer.allocate(LONGEST_NOTE);
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

    /** Whether this JVM has it open, by whatever class loader. */
    static boolean isOpenHere(Path database) throws IOException {
        Path file = lockFile(database);
        return Files.exists(file) && System.getProperty(property(file)) != null;
    }

    private static Path lockFile(Path database) {
        return database.resolveSibling(database.getFileName() + ".lock");
    }

    /** By the file itself where the system numbers files, so that two paths to it are one. */
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
