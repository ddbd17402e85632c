// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.Mode;
import dev.epik.capi.StoredEvent;
import dev.epik.testkit.FakeResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pauses and outages: what is kept, how seldom Pinterest is asked, and how delivery goes on. */
class DeliveryOutageTest extends DeliveryTestBase {
    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 413, 418, 422, 429, 500, 503})
    void outageLosesNothingAndCostsAtMostTwoRequestsAMinute(int status) throws Exception {
        pinterest.alwaysRespondWith(FakeResponse.of(status, "{\"code\":1,\"message\":\"on purpose\"}"));
        storeMany(3000);
        delivery.runFor(Duration.ofHours(1), clock::tick);
        assertTrue(pinterest.requests() <= 120, pinterest.requests() + " requests in an hour");
        assertTrue(delivery.trouble().contains("on purpose"), delivery.trouble());
        assertEquals(3000, waiting());
        assertEquals(List.of(), deadLetters());
        pinterest.respondNormally();
        runDry();
        assertEquals(3000, Set.copyOf(received()).size());
        assertEquals(3000, received().size(), "an event was sent twice");
        assertEquals("", delivery.trouble());
        assertEquals(List.of(), deadLetters());
    }

    @Test
    void waitsAsLongAsPinterestAsks() throws Exception {
        pinterest.respondWith(FakeResponse.rateLimited(Duration.ofSeconds(17)));
        store("1");
        clock.tick(LINGER);
        assertEquals(Duration.ofSeconds(17), delivery.step());
        clock.tick(Duration.ofSeconds(16));
        delivery.step();
        assertEquals(1, pinterest.requests());
        clock.tick(Duration.ofSeconds(1));
        delivery.step();
        assertEquals(List.of("1"), received());
    }

    @Test
    void sendsEventsThatStillCountAsWebFirstAfterAnOutage() throws Exception {
        pinterest.alwaysRespondWith(FakeResponse.unavailable());
        storeMany(1500);
        delivery.runFor(Duration.ofHours(3), clock::tick);
        add(new StoredEvent(ACCOUNT, "checkout", "offline", json("offline"), clock.instant(), true));
        store("young");
        pinterest.respondNormally();
        clock.tick(Duration.ofMinutes(1));
        while (received().isEmpty()) {
            clock.tick(delivery.step());
        }
        assertEquals("young", received().get(0));
        runDry();
        assertEquals(1502, Set.copyOf(received()).size());
        assertEquals(1502, received().size());
    }

    @Test
    void outageIsProbedByOneEventAtATimeAndEndsWithFullBatches() throws Exception {
        storeMany(1200);
        pinterest.alwaysRespondWith(FakeResponse.unavailable());
        delivery.step();
        int before = outcomes.size();
        clock.tick(Duration.ofMinutes(1));
        delivery.step();
        assertEquals(1, outcomes.size() - before);
        pinterest.respondNormally();
        int requests = pinterest.requests();
        runDry();
        assertTrue(pinterest.requests() - requests <= 5, pinterest.requests() - requests + " requests");
        assertEquals(1200, received().size());
    }

    @Test
    void endingAPauseMakesItsEventsReady() throws Exception {
        pinterest.respondWith(FakeResponse.rateLimited(Duration.ofHours(1)));
        store("1");
        clock.tick(LINGER);
        delivery.step();
        assertEquals(
                Duration.ofHours(1),
                outbox.peek(ACCOUNT, 1).pause().orElseThrow().left());
        outbox.resume(ACCOUNT); // like another process
        delivery.runFor(Discovery.IDLE.plusSeconds(1), clock::tick);
        assertEquals(List.of("1"), received());
    }

    @Test
    void pauseIsSharedByAllNodesOfTheOutbox() throws Exception {
        SteppedDelivery other = delivery(api, options(Mode.LIVE));
        pinterest.alwaysRespondWith(FakeResponse.rateLimited(Duration.ofSeconds(17)));
        storeMany(1000);
        delivery.step();
        assertEquals(Duration.ofSeconds(17), other.step());
        assertEquals(1, pinterest.requests());
        assertTrue(other.trouble().contains("429"), other.trouble());
    }
}
