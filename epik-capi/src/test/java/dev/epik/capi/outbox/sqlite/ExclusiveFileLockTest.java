// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikException;
import dev.epik.capi.file.LockProbe;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that no other process can open the file until its opener is closed. */
@Timeout(120)
class ExclusiveFileLockTest {
    /** The position of the locked byte. */
    private static final long LOCKED = 1L << 40;

    @TempDir
    private Path directory;

    private Path file;
    private Path lock;

    @BeforeEach
    void name() {
        file = directory.resolve("outbox.db");
        lock = directory.resolve("outbox.db.lock");
    }

    @Test
    void forgottenOpenerKeepsTheLock() throws Exception {
        awaitCollected(forget());
        assertEquals("HELD", LockProbe.ask(lock, LOCKED));
        assertThrows(EpikException.class, () -> ExclusiveFileLock.of(file));
        clearProperty();
        FileChannel.open(lock, StandardOpenOption.WRITE).close(); // ends the lock
    }

    private WeakReference<ExclusiveFileLock> forget() throws IOException {
        return new WeakReference<>(ExclusiveFileLock.of(file));
    }

    /** The garbage collector must not close the refused channel: that would release the lock of the first opener. */
    @Test
    void refusedOpenerTakesNoLockAway() throws Exception {
        try (ExclusiveFileLock first = ExclusiveFileLock.of(file)) {
            assertTrue(first.isInPlace());
            clearProperty();
            assertThrows(EpikException.class, () -> ExclusiveFileLock.of(file));
            awaitCollected(new WeakReference<>(new Object()));
            assertEquals("HELD", LockProbe.ask(lock, LOCKED));
        }
        assertEquals("FREE", LockProbe.ask(lock, LOCKED));
    }

    @Test
    void deletedLockFileIsNotInPlace() throws Exception {
        try (ExclusiveFileLock first = ExclusiveFileLock.of(file)) {
            Files.delete(lock);
            assertFalse(first.isInPlace());
            try (ExclusiveFileLock second = ExclusiveFileLock.of(file)) {
                assertFalse(first.isInPlace());
                assertTrue(second.isInPlace());
            }
        }
    }

    /** Does what a program does that clears the system properties. */
    private void clearProperty() throws IOException {
        Object number = Files.getAttribute(lock, "fileKey");
        System.getProperties().remove("dev.epik.outbox.open." + Objects.requireNonNull(number));
    }

    private static void awaitCollected(WeakReference<?> forgotten) throws InterruptedException {
        while (forgotten.get() != null) { // until the timeout of the test
            System.gc();
            Thread.sleep(20);
        }
    }
}
