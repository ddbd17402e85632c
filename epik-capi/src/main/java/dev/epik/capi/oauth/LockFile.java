// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import dev.epik.capi.file.LockChannel;
import dev.epik.capi.oauth.spi.TokenStoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A lock between processes. It also works between the class loaders of one JVM, because the JDK has one table of locks
 * for the whole JVM. Thread-safe.
 *
 * <p>Its channels are never closed, not even when the application that opened them has ended: see {@link LockChannel}.
 * Closing a channel would release every lock that the process has on the file. A second store that gave up waiting, or
 * an undeployed application that is garbage-collected, would then unlock a renewal that is still running. The price is
 * one open file for each path and class loader.
 */
final class LockFile {
    private static final long RETRY_MILLIS = 25;
    private static final Map<Path, LockChannel> CHANNELS = new ConcurrentHashMap<>();

    private LockFile() {}

    /**
     * Takes the lock, and waits while another process holds it.
     *
     * @param maxWait by the monotonic clock of the machine, whatever clock a test sets
     * @throws TokenStoreException if the lock was not free within that time
     */
    static FileLock take(Path file, Duration maxWait, RenewalCrashPoint.Listener crashPoints)
            throws IOException, InterruptedException, TokenStoreException {
        long end = System.nanoTime() + maxWait.toNanos();
        FileLock lock = attempt(file);
        if (lock == null) {
            crashPoints.reached(RenewalCrashPoint.LOCK_BUSY);
        }
        while (lock == null) {
            if (System.nanoTime() - end > 0) {
                throw new TokenStoreException(
                        file + " is locked by another process for longer than a renewal takes: does it hang?", false);
            }
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            lock = attempt(file);
        }
        return lock;
    }

    private static @Nullable FileLock attempt(Path file) throws IOException {
        try {
            return CHANNELS.compute(file, LockFile::open).tryLock(0, Long.MAX_VALUE);
        } catch (OverlappingFileLockException e) {
            return null; // this JVM holds the lock
        } catch (ClosedChannelException e) {
            return null; // an interrupt has closed the channel; the next attempt opens another one
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static LockChannel open(Path file, @Nullable LockChannel before) {
        try {
            if (before != null) {
                if (before.channel().isOpen()) {
                    return before;
                }
                before.close(); // an interrupt has closed the channel; this frees the rest
            }
            return LockChannel.open(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
