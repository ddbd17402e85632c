// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.testkit.FakeResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that Pinterest rejects alone or in a batch, and answers that only look like it. */
class PoisonEventTest extends DeliveryTestBase {
    @ParameterizedTest
    @ValueSource(ints = {0, 499, 999})
    void onePoisonEventAmongAThousandDelaysNoOther(int poison) throws Exception {
        storeMany(poison);
        add(poison("poison"));
        for (int i = poison; i < 999; i++) {
            store("" + i);
        }
        pinterest.onRequest(body -> {}); // the test sends JSON that is not valid by the schema
        clock.tick(LINGER);
        delivery.step();
        assertEquals(999, Set.copyOf(received()).size());
        assertEquals(999, received().size(), "an event was sent twice");
        assertEquals(1, waiting());
        assertTrue(pinterest.requests() < 30, pinterest.requests() + " requests");
        assertEquals(1, outbox.backlog(ACCOUNT).suspects());
    }

    @Test
    void poisonEventIsRejectedAfterThreeBlamesWhileOthersAreAccepted() throws Exception {
        pinterest.onRequest(body -> {}); // the test sends JSON that is not valid by the schema
        int sales = sellFor(Duration.ofMinutes(10), Duration.ofSeconds(15));
        add(poison("poison"));
        sales += sell("later", Duration.ofMinutes(30), Duration.ofSeconds(15));
        assertEquals(
                List.of("poison"),
                deadLetters().stream().map(dead -> dead.event().id()).toList());
        assertEquals(sales, Set.copyOf(received()).size());
        assertEquals(sales, received().size(), "an event was sent twice");
    }

    private StoredEvent poison(String id) {
        return new StoredEvent(ACCOUNT, "checkout", id, "{\"event_name\":7}", clock.instant(), false);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void poisonEventsAtTheHeadBlockNoOtherEvenAfterAnOutage(int outage) throws Exception {
        for (int i = 0; i < outage; i++) {
            pinterest.respondWith(FakeResponse.unavailable());
        }
        pinterest.onRequest(body -> {}); // the test sends JSON that is not valid by the schema
        for (String id : List.of("poison-1", "poison-2", "poison-3")) {
            add(poison(id));
        }
        int sales = sellFor(Duration.ofMinutes(20), Duration.ofSeconds(30));
        assertEquals(sales, Set.copyOf(received()).size());
        assertEquals(sales, received().size(), "an event was sent twice");
        assertEquals(3, waiting() + deadLetters().size());
    }

    @Test
    void rejectsNoEventWhilePinterestBlamesEachOne() throws Exception {
        sell("before", Duration.ofMinutes(10), Duration.ofSeconds(15));
        int before = received().size();
        pinterest.alwaysRespondWith(FakeResponse.badRequest());
        sellFor(Duration.ofHours(17), Duration.ofMinutes(20));
        assertEquals(List.of(), deadLetters());
        assertEquals(51, waiting());
        pinterest.respondNormally();
        runDry();
        assertEquals(before + 51, received().size());
    }

    @Test
    void keepsALoneEventThatIsBlamedUntilOthersWereAccepted() throws Exception {
        pinterest.alwaysRespondWith(FakeResponse.badRequest());
        store("1");
        delivery.runFor(Duration.ofDays(2), clock::tick);
        assertEquals(0, deadLetters().size(), "the fault may be ours");
        pinterest.respondNormally();
        runDry();
        assertEquals(List.of("1"), received());
    }

    @Test
    void loneEventThatFailsByNameIsRejectedOnceAnotherWasAccepted() throws Exception {
        pinterest.failEvent("1", "no such thing");
        store("1");
        delivery.runFor(Duration.ofMinutes(1), clock::tick);
        assertEquals(List.of(), deadLetters());
        store("2");
        delivery.runFor(Duration.ofMinutes(10), clock::tick);
        assertEquals(
                List.of("1"),
                deadLetters().stream().map(dead -> dead.event().id()).toList());
    }

    @Test
    void eventsThatAllFailWithOneTextAreAnOutageNotRejections() throws Exception {
        pinterest.failAllEvents("Internal server error. Request 4711.");
        storeMany(3000);
        delivery.runFor(Duration.ofMinutes(10), clock::tick);
        assertEquals(List.of(), deadLetters());
        pinterest.respondNormally();
        runDry();
        assertEquals(List.of(), deadLetters());
        assertEquals(3000, delivery.accepted());
    }
}
