// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.Peek;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OverdueMonitorTest {
    private static final Instant START = Instant.parse("2026-11-01T10:00:00Z");

    private final OverdueMonitor monitor = new OverdueMonitor();

    private static DueAccount due(Instant readyAt, int minute, boolean paused) {
        return new DueAccount(
                "1",
                Optional.of(readyAt),
                Optional.empty(),
                START.plusSeconds(60L * minute),
                paused ? Optional.of(new Peek.Pause(Duration.ofMinutes(1), "503")) : Optional.empty());
    }

    private Map<String, Duration> check(DueAccount due, int minute, Optional<Integer> triedAtMinute) {
        return monitor.check(
                List.of(due),
                Duration.ofMinutes(minute).toNanos(),
                account -> triedAtMinute.map(tried -> Duration.ofMinutes(tried).toNanos()));
    }

    @Test
    void reportsAnEventThatIsDueAndNotTriedForOverFiveMinutes() {
        assertEquals(Map.of(), check(due(START, 0, false), 0, Optional.empty()));
        assertEquals(Map.of(), check(due(START, 5, false), 5, Optional.empty()));
        assertEquals(Map.of("1", Duration.ofMinutes(6)), check(due(START, 6, false), 6, Optional.empty()));
    }

    @Test
    void isSilentWhileThisNodeTries() {
        check(due(START, 0, false), 0, Optional.empty());
        assertEquals(Map.of(), check(due(START, 60, false), 60, Optional.of(56)));
        assertEquals(Map.of("1", Duration.ofMinutes(6)), check(due(START, 62, false), 62, Optional.of(56)));
    }

    @Test
    void isSilentWhileAnotherNodeDelivers() {
        for (int minute = 0; minute < 60; minute += 4) {
            assertEquals(Map.of(), check(due(START.plusSeconds(minute), minute, false), minute, Optional.empty()));
        }
    }

    @Test
    void isSilentDuringAPauseAndStartsAgainAfterIt() {
        check(due(START, 0, false), 0, Optional.empty());
        assertEquals(Map.of(), check(due(START, 30, true), 30, Optional.empty()));
        assertEquals(Map.of(), check(due(START, 33, false), 33, Optional.empty()));
        assertEquals(Map.of("1", Duration.ofMinutes(6)), check(due(START, 36, false), 36, Optional.empty()));
    }

    @Test
    void forgetsAccountsForWhichNothingWaits() {
        check(due(START, 0, false), 0, Optional.empty());
        monitor.check(List.of(), 0, account -> Optional.empty());
        assertEquals(Map.of(), check(due(START, 60, false), 60, Optional.empty()), "first seen now");
    }
}
