// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryDelayTest {
    @ParameterizedTest
    @CsvSource({"1, 10", "2, 20", "3, 40", "4, 80", "5, 80", "1000, 80"})
    void delaysAreRandomAndGrowToAMaximum(int failures, long maxMillis) {
        Random random = new Random(7);
        LongStream delays = LongStream.generate(() -> RetryDelay.nanos(failures, random));
        var seen = delays.limit(10_000).summaryStatistics();
        assertTrue(seen.getMin() >= 1_000_000, seen::toString);
        assertEquals(maxMillis, Math.round(seen.getMax() / 1e6), seen::toString);
    }
}
