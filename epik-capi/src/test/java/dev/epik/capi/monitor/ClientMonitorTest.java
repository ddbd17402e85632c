// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikClient;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Visit;
import dev.epik.testing.LogCapture;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClientMonitorTest {
    private static final Visit VISIT = Visit.of(Visit.Consent.GRANTED, "the test");
    private static final Visit WITH_CLICK_ID = VISIT.withClickId("dj0yJnU9abc");

    private final AtomicLong nanos = new AtomicLong();
    private Clock clock = Clock.fixed(Instant.parse("2026-11-27T10:00:00Z"), ZoneOffset.UTC);

    private ClientMonitor monitor(@Nullable Duration silence) {
        Clock now = new Clock() {
            @Override
            public java.time.ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return clock.instant();
            }
        };
        return new ClientMonitor(account -> account.equals("549") ? "main" : account, silence, now, nanos::get);
    }

    private void pass(Duration time) {
        clock = Clock.offset(clock, time);
        nanos.addAndGet(time.toNanos());
    }

    private static ConversionEvent sale(String id, Visit visit) {
        return ConversionEvent.checkout(id)
                .visit(visit)
                .customer(Customer.builder().email("a@shop.example").build())
                .build();
    }

    private static StoredEvent stored(ConversionEvent event) {
        return StoredEvent.of("549", event);
    }

    private static long count(ClientMonitor monitor, String name, Map<String, String> tags) {
        List<EpikClient.Counter> found = monitor.counters().stream()
                .filter(counter -> counter.name().equals(name) && counter.tags().equals(tags))
                .toList();
        assertTrue(found.size() <= 1);
        return found.isEmpty() ? 0 : found.get(0).count();
    }

    private static Map<String, String> tags(String result, String reason, boolean clickId) {
        return Map.of(
                "account", "main", "event", "checkout", "result", result, "reason", reason, "click_id", "" + clickId);
    }

    @Test
    void countsEventsByResultReasonAndClickId() {
        ClientMonitor monitor = monitor(null);
        ConversionEvent event = sale("1", WITH_CLICK_ID);
        monitor.submitted("main", event, new SubmitResult.Stored("1", List.of()));
        monitor.submitted("549", event, new SubmitResult.Duplicate("1", SubmitResult.Duplicate.State.DEAD));
        monitor.submitted("main", sale("2", VISIT), new SubmitResult.Failed("a reason", true));
        monitor.settled(stored(event), new Outcome.Accepted(""));
        assertEquals(1, count(monitor, "epik.events", tags("stored", "", true)));
        assertEquals(1, count(monitor, "epik.events", tags("duplicate", "dead", true)));
        assertEquals(1, count(monitor, "epik.events", tags("failed", "maybe_stored", false)));
        assertEquals(1, count(monitor, "epik.events", tags("accepted", "", true)));
    }

    @Test
    void fieldOfAnInvalidEventIsTheReasonWithoutTheNumberOfItsItem() {
        ClientMonitor monitor = monitor(null);
        ConversionEvent event = ConversionEvent.checkout("").visit(VISIT).build();
        monitor.submitted("main", event, new SubmitResult.Invalid(event.problems()));
        assertEquals(1, count(monitor, "epik.events", tags("invalid", "id", false)));
    }

    @Test
    void countsMatchKeysOfStoredEventsOnly() {
        ClientMonitor monitor = monitor(null);
        monitor.submitted("main", sale("1", WITH_CLICK_ID), new SubmitResult.Stored("1", List.of()));
        monitor.submitted("main", sale("1", WITH_CLICK_ID), new SubmitResult.Duplicate("1"));
        assertEquals(1, count(monitor, "epik.match.keys", Map.of("account", "main", "key", "em")));
        assertEquals(1, count(monitor, "epik.match.keys", Map.of("account", "main", "key", "click_id")));
        assertEquals(0, count(monitor, "epik.match.keys", Map.of("account", "main", "key", "ph")));
    }

    @Test
    void textThatLooksLikeAClickIdIsNone() {
        ClientMonitor monitor = monitor(null);
        ConversionEvent event = ConversionEvent.search("1", "\"click_id\":\"x\"")
                .visit(VISIT)
                .customer(Customer.builder().email("a@shop.example").build())
                .build();
        monitor.settled(stored(event), new Outcome.Accepted(""));
        assertEquals("false", monitor.counters().get(0).tags().get("click_id"), () -> event.json());
    }

    @Test
    void numberOfCountersIsLimited() {
        ClientMonitor monitor = monitor(null);
        for (int i = 0; i < 10_000; i++) {
            StoredEvent event = new StoredEvent("" + i, "name-" + i, "" + i, "{}", Instant.EPOCH, false);
            monitor.settled(event, new Outcome.Accepted(""));
        }
        assertTrue(monitor.counters().size() <= 101, () -> monitor.counters().size() + " counters");
        assertEquals(
                10_000,
                monitor.counters().stream().mapToLong(EpikClient.Counter::count).sum());
    }

    @Test
    void warnsOnceOfSilenceAndAgainAfterTheNextSilence() {
        ClientMonitor monitor = monitor(Duration.ofHours(2));
        pass(Duration.ofDays(1));
        try (LogCapture log = LogCapture.of(EpikClient.class)) {
            monitor.check(); // before the first accepted event nothing is known
            assertEquals(Optional.empty(), monitor.activity().silentFor());
            for (int i = 1; i <= 2; i++) {
                monitor.settled(stored(sale("1", VISIT)), new Outcome.Accepted(""));
                pass(Duration.ofMinutes(119));
                monitor.check();
                assertEquals(i - 1, log.lines().size());
                pass(Duration.ofMinutes(2));
                monitor.check();
                monitor.check();
                assertEquals(i, log.lines().size(), () -> log.lines().toString());
                assertEquals(
                        Optional.of(Duration.ofMinutes(121)), monitor.activity().silentFor());
                monitor.settled(stored(sale("1", VISIT)), new Outcome.Accepted(""));
                monitor.check();
            }
        }
    }

    @Test
    void warnsOnceThatTheClickIdsAreGone() {
        ClientMonitor monitor = monitor(Duration.ofHours(2));
        try (LogCapture log = LogCapture.of(EpikClient.class)) {
            for (int i = 0; i < 300; i++) {
                monitor.submitted("main", sale("" + i, WITH_CLICK_ID), new SubmitResult.Stored("" + i, List.of()));
            }
            monitor.check();
            assertFalse(monitor.activity().hasClickIdCoverageFallen());
            pass(Duration.ofHours(8));
            for (int i = 0; i < 40; i++) {
                monitor.submitted("main", sale("" + i, VISIT), new SubmitResult.Stored("" + i, List.of()));
            }
            monitor.check();
            monitor.check();
            assertTrue(monitor.activity().hasClickIdCoverageFallen());
            assertEquals(1, log.lines().size());
            assertTrue(log.lines().get(0).contains("0 %"), () -> log.lines().toString());
        }
    }

    @Test
    void withoutASettingItNeverWarns() {
        ClientMonitor monitor = monitor(null);
        try (LogCapture log = LogCapture.of(EpikClient.class)) {
            monitor.settled(stored(sale("1", VISIT)), new Outcome.Accepted(""));
            pass(Duration.ofDays(3));
            monitor.check();
            assertEquals(List.of(), log.lines());
        }
    }
}
