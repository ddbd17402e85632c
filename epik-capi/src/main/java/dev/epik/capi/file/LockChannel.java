// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A channel to a lock file. It stays open until {@link #close}, even if this object and the class loader of its class
 * are garbage-collected after a redeploy of the web application.
 *
 * <p>A plain channel is closed when it is collected. On POSIX systems closing any descriptor of a file gives up every
 * lock that the process has on that file. So the channel of an application that is gone would take the lock away from
 * the application that replaced it.
 *
 * <p><b>How.</b> The JDK's own timer, which is one for the whole JVM, refers to the channel and to its lock. Both are
 * the JDK's objects: no class loader is kept by them. A map among the system properties would do as well, but a value
 * that is not a String there makes {@code Properties.list} and other programs fail.
 *
 * <p>Thread-safe. A channel that is never closed costs one descriptor until the process ends.
 */
public final class LockChannel implements AutoCloseable {
    /** The channel and its last lock. The JVM's table of locks refers to a lock only weakly. */
    private final Object[] kept = new Object[2];

    private final CompletableFuture<Object> keeper = new CompletableFuture<>();
    private final FileChannel channel;

    private LockChannel(FileChannel channel) {
        this.channel = channel;
        kept[0] = channel;
        var unused = keeper.completeOnTimeout(kept, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    /** Opens the file to read and write. Creates it, for its owner alone, if it is missing. */
    public static LockChannel open(Path file) throws IOException {
        PrivateFile.createIfMissing(file);
        return new LockChannel(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /**
     * Locks a part of the file, for this process alone, and does not wait. The lock is kept until it is released or the
     * channel is closed, even if the caller forgets it.
     *
     * @return null if another process has the lock
     * @throws OverlappingFileLockException if this JVM has the lock, by whatever channel and class loader. Do not close
     *     this channel then: that would give up the lock
     */
    public @Nullable FileLock tryLock(long position, long size) throws IOException {
        FileLock lock = channel.tryLock(position, size, false);
        if (lock != null) {
            kept[1] = lock;
        }
        return lock;
    }

    /** Returns the channel, to read and write the file. An interrupted thread that does so closes it. */
    public FileChannel channel() {
        return channel;
    }

    /** Closes the channel. That gives up every lock which this process has on the file, by whatever channel. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            keeper.complete(kept);
        }
    }
}
