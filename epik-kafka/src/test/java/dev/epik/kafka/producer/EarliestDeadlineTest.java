// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.producer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EarliestDeadlineTest {
    /** The clock of nanoTime may begin anywhere, and overflow. */
    @ParameterizedTest
    @ValueSource(longs = {0, -5, Long.MAX_VALUE - 50, Long.MIN_VALUE})
    void passesAtTheEarliestOfAllDeadlines(long start) {
        EarliestDeadline deadline = new EarliestDeadline(start);
        assertFalse(deadline.hasPassed(start + 1_000));
        deadline.add(start + 200);
        deadline.add(start + 100);
        deadline.add(start + 300);
        assertFalse(deadline.hasPassed(start + 99));
        assertTrue(deadline.hasPassed(start + 100));
    }

    @Test
    void isForgottenOnceItHasPassed() {
        EarliestDeadline deadline = new EarliestDeadline(0);
        deadline.add(100);
        assertTrue(deadline.hasPassed(150));
        assertFalse(deadline.hasPassed(150));
        deadline.add(120); // of a record that is left
        assertTrue(deadline.hasPassed(150));
    }
}
