// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.TickingClock;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class WorkerLogTest {
    private final StringWriter printed = new StringWriter();
    private final TickingClock clock = new TickingClock(Instant.parse("2026-11-01T10:00:00Z"));
    private final WorkerLog log = new WorkerLog(new PrintWriter(printed), clock);

    private void log(Level level, String text, Object... parameters) {
        LogRecord entry = new LogRecord(level, text);
        entry.setParameters(parameters);
        log.publish(entry);
    }

    private List<String> lines() {
        return printed.toString().lines().toList();
    }

    @Test
    void printsWarningsAndNothingLess() {
        log(Level.INFO, "fine");
        log(Level.WARNING, "ad account {0} pauses", "1");
        assertEquals(List.of("epik: ad account 1 pauses"), lines());
    }

    @Test
    void printsATextOnceAnHour() {
        log(Level.SEVERE, "{0} pauses", "1");
        clock.tick(Duration.ofSeconds(3_599));
        log(Level.SEVERE, "{0} pauses", "1");
        assertEquals(1, lines().size());
        clock.tick(Duration.ofSeconds(1));
        log(Level.SEVERE, "{0} pauses", "1");
        assertEquals(2, lines().size());
    }

    @Test
    void printsAtMostSixtyLinesAMinuteAndThenThatMoreAreLeftOut() {
        for (int i = 0; i < 100; i++) {
            log(Level.WARNING, "dead letter {0}", i);
        }
        assertEquals(61, lines().size());
        assertTrue(lines().get(60).contains("left out"));
        clock.tick(Duration.ofSeconds(60));
        log(Level.WARNING, "dead letter {0}", "x");
        assertEquals("epik: dead letter x", lines().get(61));
    }
}
