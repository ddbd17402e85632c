// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LockedEventsTest {
    private final LockedEvents locked = new LockedEvents();

    private static PendingEvent pending(String id) {
        return new PendingEvent(
                new StoredEvent("1", "checkout", id, "{}", Instant.EPOCH, false),
                Duration.ofHours(1),
                WriterQueue.Priority.NORMAL);
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    @Test
    void lockedEventIsTriedLessAndLessOften() {
        PendingEvent event = pending("1");
        List<Long> tries = new ArrayList<>();
        locked.add(event, 0);
        for (long now = 0; now < 2000; now++) {
            if (!locked.due(millis(now), 9).isEmpty()) {
                tries.add(now);
                locked.add(event, millis(now));
            }
        }
        assertEquals(List.of(10L, 30L, 70L, 150L, 310L, 630L, 1130L, 1630L), tries);
    }

    @Test
    void atMostAFewLockedEventsAreTriedAtOnce() {
        List<PendingEvent> events = List.of(pending("1"), pending("2"), pending("3"));
        events.forEach(event -> locked.add(event, 0));
        assertEquals(events.subList(0, 2), locked.due(millis(10), 2));
        assertEquals(List.of(), locked.due(millis(9), 2));
        assertEquals(millis(4), locked.nanosToNext(millis(6)));
    }

    @Test
    void anotherEventWithTheSameKeyIsLockedToo() {
        PendingEvent event = pending("1");
        locked.add(event, 0);
        assertTrue(locked.isLocked(pending("1").event.key()));
        assertFalse(locked.isLocked(pending("2").event.key()));
        event.fail("late", null);
        locked.removeAnswered();
        assertFalse(locked.isLocked(pending("1").event.key()));
        assertFalse(locked.contains(event));
        assertEquals(Long.MAX_VALUE, locked.nanosToNext(0));
    }
}
