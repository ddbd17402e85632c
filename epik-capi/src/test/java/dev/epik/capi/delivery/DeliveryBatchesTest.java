// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.Mode;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.pinterest.PinterestApi;
import dev.epik.testkit.FakeResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How events are collected into batches, and how each event of a batch is settled. */
class DeliveryBatchesTest extends DeliveryTestBase {
    @Test
    void sendsEventsOfTheLingerTimeTogether() throws Exception {
        delivery.step();
        store("1");
        clock.tick(Duration.ofMillis(400));
        store("2");
        assertEquals(Duration.ofMillis(600), delivery.step());
        assertEquals(0, pinterest.requests());
        clock.tick(Duration.ofMillis(600));
        delivery.step();
        assertEquals(1, pinterest.requests());
        assertEquals(List.of("1", "2"), received());
        assertEquals(List.of("1 Accepted[warning=]", "2 Accepted[warning=]"), outcomes);
        assertEquals(2, delivery.accepted());
    }

    @Test
    void fullBatchDoesNotWaitAndHasAtMostAThousandEvents() throws Exception {
        storeMany(2500);
        delivery.step();
        assertEquals(2, pinterest.requests(), "the rest waits for its linger time");
        assertEquals(2000, received().size());
        assertEquals(1, runDry());
    }

    @Test
    void batchHasTwentyEventsInTestMode() throws Exception {
        storeMany(45);
        try (PinterestApi test = api(Mode.TEST)) {
            delivery = delivery(test, options(Mode.TEST));
            assertEquals(3, runDry());
        }
        assertTrue(pinterest.received().stream().allMatch(event -> event.test() && event.processed()));
    }

    @Test
    void settlesEachEventByItsOwnOutcome() throws Exception {
        pinterest.failEvent("2", "no such thing");
        store("1", "2", "3");
        runDry();
        assertEquals(
                List.of("1 Accepted[warning=]", "2 Rejected[reason=no such thing]", "3 Accepted[warning=]"), outcomes);
        assertEquals("2", deadLetters().get(0).event().id());
    }

    @Test
    void batchThatIsTooLargeIsHalvedByItsBytesAndNoEventIsBlamed() throws Exception {
        storeMany(100);
        pinterest.respondWith(payloadTooLarge(), payloadTooLarge(), payloadTooLarge());
        clock.tick(LINGER);
        runDry();
        assertEquals(100, received().size());
        assertEquals(List.of(), deadLetters());
        assertTrue(pinterest.requests() <= 12, pinterest.requests() + " requests");
    }

    private static FakeResponse payloadTooLarge() {
        return FakeResponse.of(413, "");
    }

    @Test
    void sendsEventsClaimedBeforeACrashWhenTheirLeaseEnds() throws Exception {
        store("1");
        clock.tick(LINGER);
        Batch crashed = outbox.claim(ACCOUNT, ClaimKind.ONLINE, 10, 1 << 20, Lease.LENGTH)
                .orElseThrow();
        delivery.runFor(Lease.LENGTH.minusSeconds(1), clock::tick);
        assertEquals(0, pinterest.requests());
        clock.tick(Duration.ofSeconds(1));
        runDry();
        assertEquals(List.of("1"), received());
        assertEquals(0, outbox.settle(crashed, List.of()).settled());
    }
}
