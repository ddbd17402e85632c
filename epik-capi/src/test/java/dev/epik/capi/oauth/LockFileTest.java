// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import dev.epik.capi.file.LockProbe;
import dev.epik.capi.oauth.spi.TokenStore;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LockFileTest {
    @TempDir
    private Path directory;

    /** After a redeploy, collecting the old application must not unlock a renewal of the new one. */
    @Test
    void aRenewalKeepsItsLockWhenAnOlderApplicationIsCollected() throws Exception {
        Path file = directory.resolve("token.json");
        WeakReference<ClassLoader> older = renewInAnApplicationThatEnds(file);
        Path lock = directory.resolve("token.json.lock");
        try (TokenStore.Lease renewal = FileTokenStore.of(file).lock()) {
            assertEquals(Optional.empty(), renewal.load());
            assertEquals("HELD", LockProbe.ask(lock, 0));
            while (older.get() != null) { // limited by the timeout of the test
                System.gc();
                Thread.sleep(20);
            }
            System.gc(); // collects the class loader
            assertEquals("HELD", LockProbe.ask(lock, 0));
        }
        assertEquals("FREE", LockProbe.ask(lock, 0));
    }

    /** Locks and unlocks in a class loader, and returns a weak reference to it. */
    private static WeakReference<ClassLoader> renewInAnApplicationThatEnds(Path file) throws Exception {
        URL[] classPath = Arrays.stream(System.getProperty("java.class.path").split(":"))
                .map(LockFileTest::url)
                .toArray(URL[]::new);
        try (URLClassLoader loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            Class<?> type = loader.loadClass(FileTokenStore.class.getName());
            assertNotSame(FileTokenStore.class, type);
            Object store = type.getMethod("of", Path.class).invoke(null, file);
            AutoCloseable lease = (AutoCloseable) type.getMethod("lock").invoke(store);
            assertEquals("HELD", LockProbe.ask(file.resolveSibling("token.json.lock"), 0));
            lease.close();
            return new WeakReference<>(loader);
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
