// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LockChannelTest {
    private static final long POSITION = 1L << 40;

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("a.lock");
    }

    @Test
    void lockIsHeldUntilItIsReleased() throws Exception {
        try (LockChannel channel = LockChannel.open(file)) {
            var lock = channel.tryLock(POSITION, 1);
            assertNotNull(lock);
            assertEquals("HELD", LockProbe.ask(file, POSITION));
            lock.release();
            assertEquals("FREE", LockProbe.ask(file, POSITION));
            assertNotNull(channel.tryLock(POSITION, 1));
        }
        assertEquals("FREE", LockProbe.ask(file, POSITION));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void forgottenLockIsHeldAndItsClassLoaderIsCollected() throws Exception {
        WeakReference<ClassLoader> application = openInAnApplicationThatEnds(true);
        awaitCollected(application);
        assertEquals("HELD", LockProbe.ask(file, POSITION));
        try (LockChannel next = LockChannel.open(file)) {
            assertThrows(OverlappingFileLockException.class, () -> next.tryLock(POSITION, 1));
        } // which ends the forgotten lock too: this test leaves none
        assertEquals("FREE", LockProbe.ask(file, POSITION));
    }

    /**
     * A channel that was collected without a lock would be closed, and would take the lock of the next application
     * away.
     */
    @Test
    void forgottenChannelTakesNoLockOfAnotherClassLoaderAway() throws Exception {
        LockChannel own = LockChannel.open(file);
        assertNotNull(own.tryLock(POSITION, 1));
        try (own) {
            awaitCollected(openInAnApplicationThatEnds(false));
            assertEquals("HELD", LockProbe.ask(file, POSITION));
        }
    }

    /** Opens the channel by a class loader that is unreachable afterwards. */
    private WeakReference<ClassLoader> openInAnApplicationThatEnds(boolean locks) throws Exception {
        URL[] classPath = Arrays.stream(System.getProperty("java.class.path").split(":"))
                .map(LockChannelTest::url)
                .toArray(URL[]::new);
        try (URLClassLoader loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            Class<?> type = loader.loadClass(LockChannel.class.getName());
            assertNotSame(LockChannel.class, type);
            Object channel = type.getMethod("open", Path.class).invoke(null, file);
            if (locks) {
                var lock = type.getMethod("tryLock", long.class, long.class);
                assertNotNull(lock.invoke(channel, POSITION, 1L));
            }
            return new WeakReference<>(loader);
        }
    }

    private static void awaitCollected(WeakReference<ClassLoader> loader) throws InterruptedException {
        while (loader.get() != null) { // at most until the test's timeout
            System.gc();
            Thread.sleep(20);
        }
    }

    private static URL url(String path) {
        try {
            return Path.of(path).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }
}
