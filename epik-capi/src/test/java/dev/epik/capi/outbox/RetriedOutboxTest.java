// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.RetriedOutbox;
import dev.epik.testing.LogCapture;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RetriedOutboxTest {
    private static final StoredEvent EVENT = new StoredEvent("1", "checkout", "1001", "{}", Instant.EPOCH, false);

    @Test
    void everyCallFailsWithTheReasonUntilTheOutboxCanBeOpened() throws Exception {
        AtomicBoolean isUp = new AtomicBoolean();
        try (LogCapture log = LogCapture.of(RetriedOutbox.class);
                RetriedOutbox outbox = RetriedOutbox.open(() -> {
                    if (!isUp.get()) {
                        throw new OutboxException("the database is down");
                    }
                    return MemoryOutbox.ofCapacity(10);
                })) {
            OutboxException failure = assertThrows(OutboxException.class, () -> outbox.add(EVENT));
            assertTrue(failure.getMessage().endsWith("the database is down"), failure.getMessage());
            isUp.set(true);
            while (!isOpen(outbox)) {
                Thread.onSpinWait();
            }
            assertEquals(EventStore.Added.STORED, outbox.add(EVENT).get());
            assertEquals(1, outbox.backlog("1").waiting());
            assertTrue(log.lines().get(0).contains("the database is down"), log.lines()::toString);
        }
    }

    private static boolean isOpen(Outbox outbox) {
        try {
            return outbox.database() instanceof MemoryOutbox;
        } catch (OutboxException e) {
            return false;
        }
    }
}
