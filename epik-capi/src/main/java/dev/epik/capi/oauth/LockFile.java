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
 * A lock between processes and, because the JDK keeps one table of locks for the whole JVM, between class loaders.
 *
 * <p>Its channels stay open, also after the application that opened them has ended: see {@link LockChannel}. Closing
 * one would give up every lock that the process has on the file, so a second store that merely gave up waiting, or an
 * application that was deployed anew and collected, would unlock the renewal of the other. The price is one open file
 * for each path and class loader.
 */
final class LockFile {
    private static final long NAP_MILLIS = 25;
    private static final Map<Path, LockChannel> CHANNELS = new ConcurrentHashMap<>();

    private LockFile() {}

    /** @param patience by the real clock: another process does not wait for a test's */
    static FileLock take(Path file, Duration patience, Step.Listener steps)
            throws IOException, InterruptedException, TokenStoreException {
        long end = System.nanoTime() + patience.toNanos();
        FileLock lock = attempt(file);
        if (lock == null) {
            steps.reached(Step.LOCK_BUSY);
        }
        while (lock == null) {
            if (System.nanoTime() - end > 0) {
                throw new TokenStoreException(
                        file + " is locked by another process for longer than a renewal takes: does one hang?", false);
            }
            TimeUnit.MILLISECONDS.sleep(NAP_MILLIS);
            lock = attempt(file);
        }
        return lock;
    }

    private static @Nullable FileLock attempt(Path file) throws IOException {
        try {
            return CHANNELS.compute(file, LockFile::open).tryLock(0, Long.MAX_VALUE);
        } catch (OverlappingFileLockException inThisJvm) {
            return null;
        } catch (ClosedChannelException interruptedOnce) {
            return null; // the next attempt opens it anew
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    private static LockChannel open(Path file, @Nullable LockChannel before) {
        try {
            if (before != null) {
                if (before.channel().isOpen()) {
                    return before;
                }
                before.close(); // an interrupt has closed the channel; this lets go of the rest
            }
            return LockChannel.open(file);
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }
}
