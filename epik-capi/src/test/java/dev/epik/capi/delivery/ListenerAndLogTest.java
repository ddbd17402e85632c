// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.Mode;
import dev.epik.capi.Outcome;
import dev.epik.testing.LogCapture;
import dev.epik.testkit.FakeResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the listener and the log get of delivery. */
class ListenerAndLogTest extends DeliveryTestBase {
    @ParameterizedTest
    @ValueSource(strings = {"runtime", "error", "checked", "interrupt"})
    void failingListenerStopsNothing(String how) throws Exception {
        delivery = delivery(api, options(Mode.LIVE).withListener((event, outcome) -> {
            switch (how) {
                case "runtime" -> throw new IllegalStateException("on purpose");
                case "error" -> throw new NoClassDefFoundError("on purpose");
                case "checked" -> throwUndeclared(new IOException("on purpose"));
                default -> Thread.currentThread().interrupt();
            }
        }));
        store("1", "2");
        runDry();
        Thread.interrupted();
        store("3");
        runDry();
        assertEquals(List.of("1", "2", "3"), received());
    }

    /** Throws an undeclared checked exception, as Kotlin and Lombok do. */
    @SuppressWarnings("unchecked")
    private static <E extends Exception> void throwUndeclared(Exception e) throws E {
        throw (E) e;
    }

    @Test
    void reportsAPostponedEventEachTime() throws Exception {
        pinterest.respondWith(FakeResponse.unavailable());
        store("1");
        runDry();
        assertEquals(2, outcomes.size());
        assertTrue(outcomes.get(0).contains(Outcome.Postponed.class.getSimpleName()), outcomes.get(0));
    }

    @Test
    void keepsDeadLettersForTheConfiguredTimeAndWarnsBeforeTheyAreRemoved() throws Exception {
        pinterest.failEvent("1", "no");
        store("1", "2");
        runDry();
        try (LogCapture log = LogCapture.of(DeliveryEngine.class)) {
            delivery.runFor(Duration.ofDays(24), clock::tick);
            assertEquals(1, deadLetters().size());
            assertTrue(
                    log.lines()
                            .contains("WARNING 1 dead letters of ad account " + ACCOUNT
                                    + " are removed within 7 days: look at them, and redrive or cancel them"),
                    log.lines()::toString);
        }
        delivery.runFor(Duration.ofDays(7), clock::tick);
        assertEquals(List.of(), deadLetters());
    }

    @Test
    void logsAWarningOfPinterestOnceForAllEventsAndAdAccounts() throws Exception {
        String warned = "{\"events\":[{\"status\":\"processed\",\"warning_message\":\"%s\"}]}";
        List<String> lines;
        try (LogCapture log = LogCapture.of(DeliveryEngine.class)) {
            for (String warning : List.of("a canary", "a canary", "another canary", "a canary")) {
                pinterest.respondWith(FakeResponse.of(200, warned.formatted(warning)));
                store(outcomes.size() + "");
                runDry();
                delivery = delivery(api, options(Mode.LIVE)); // for another ad account
            }
            lines = log.lines();
        }
        assertEquals(4, outcomes.size(), "the listener gets each");
        assertEquals(
                List.of(
                        "WARNING Pinterest accepts events and warns (logged once): a canary",
                        "WARNING Pinterest accepts events and warns (logged once): another canary"),
                lines);
    }

    @Test
    void logsDistinctTextsUpToALimit() {
        LogOnce warnings = new LogOnce(3);
        List<String> logged = Stream.of("a", "b", "a", "c", "c", "d", "e", "a")
                .filter(warnings::firstTime)
                .toList();
        assertEquals(List.of("a", "b", "c"), logged);
    }
}
