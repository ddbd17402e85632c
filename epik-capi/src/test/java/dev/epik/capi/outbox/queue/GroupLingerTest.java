// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class GroupLingerTest {
    private final GroupLinger linger = new GroupLinger(100);

    @Test
    void singleCallerDoesNotWait() {
        assertEquals(0, linger.nanos(1));
        linger.onStored(1, 0, 400_000);
        assertEquals(0, linger.nanos(1));
    }

    @Test
    void groupWaitsAQuarterOfACommitForTheLastCallers() {
        linger.onStored(16, 16, 400_000);
        assertEquals(32, linger.expected());
        assertEquals(100_000, linger.nanos(16));
        assertEquals(0, linger.nanos(32));
        linger.onStored(16, 16, 1_000_000_000);
        assertEquals(1_000_000, linger.nanos(16));
    }

    @Test
    void groupStopsWaitingForCallersThatDoNotReturn() {
        linger.onStored(16, 16, 400_000);
        linger.onWaited(20);
        for (int group = 0; group < 16; group++) {
            assertEquals(0, linger.nanos(16));
        }
        assertEquals(100_000, linger.nanos(16));
        linger.onWaited(32);
        assertEquals(100_000, linger.nanos(16));
    }

    @Test
    void groupWaitsForAtMostOneFullGroup() {
        linger.onStored(100, 50, 400_000);
        assertEquals(0, linger.nanos(100));
    }
}
