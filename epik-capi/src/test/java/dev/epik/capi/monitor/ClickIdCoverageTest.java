// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ClickIdCoverageTest {
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long START = 1_800_000_000_000L;

    private final ClickIdCoverage coverage = new ClickIdCoverage();

    private void count(int events, int withClickId, long time) {
        coverage.count(events, withClickId, time);
    }

    @Test
    void reportsNoShareOfFewEvents() {
        count(29, 29, START);
        assertEquals(OptionalDouble.empty(), coverage.recent(START));
        count(1, 0, START);
        assertEquals(OptionalDouble.of(29 / 30.0), coverage.recent(START));
        assertEquals(OptionalDouble.empty(), coverage.week(START));
    }

    @Test
    void recentShareForgetsAfterSixHours() {
        count(100, 50, START);
        count(100, 10, START + 6 * HOUR);
        assertEquals(OptionalDouble.of(0.5), coverage.recent(START + 5 * HOUR));
        assertEquals(OptionalDouble.of(0.1), coverage.recent(START + 6 * HOUR));
        assertEquals(OptionalDouble.of(0.3), coverage.week(START + 6 * HOUR));
    }

    @Test
    void weekForgetsAfterSevenDays() {
        count(300, 300, START);
        count(300, 0, START + 167 * HOUR);
        assertEquals(OptionalDouble.of(0.5), coverage.week(START + 167 * HOUR));
        assertEquals(OptionalDouble.of(0), coverage.week(START + 168 * HOUR));
        count(300, 300, START + 168 * HOUR); // takes the place of the first hour
        assertEquals(OptionalDouble.of(0.5), coverage.week(START + 168 * HOUR));
    }

    @Test
    void fallsBelowHalfOfTheWeek() {
        count(1000, 600, START);
        count(100, 28, START + 20 * HOUR); // the week has 57 %
        assertTrue(coverage.hasFallen(START + 20 * HOUR));
        count(100, 60, START + 21 * HOUR);
        assertFalse(coverage.hasFallen(START + 21 * HOUR));
    }

    @Test
    void clockThatIsSetBackDoesNoHarm() {
        count(200, 100, START + 50 * HOUR);
        count(200, 100, START);
        assertEquals(OptionalDouble.of(0.5), coverage.week(START));
    }
}
