// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.ForwardingOutbox;
import dev.epik.capi.Outcome;
import dev.epik.capi.TokenSource.Unavailable;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.pinterest.Reply;
import dev.epik.testing.LogCapture;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests the reports of a node after another node has delivered the events. */
class OtherNodesTest {
    private static final Reply UNAVAILABLE = Reply.Pause.serverError(503, "Pinterest answered 503.");

    private static Batch claimedByAnother(VirtualDelivery node) {
        node.real.resume(ACCOUNT);
        return node.real
                .claim(ACCOUNT, ClaimKind.ONLINE, 10, 100_000, Duration.ofMinutes(3))
                .orElseThrow();
    }

    private static void deliverByAnother(VirtualDelivery node, Batch batch) {
        node.real.settle(
                batch,
                batch.claimed().stream()
                        .map(claimed -> Settlement.of(claimed, new Outcome.Accepted("")))
                        .toList());
    }

    @Test
    void troubleIsForgottenWhenAnotherNodeHasDeliveredEverything() {
        VirtualDelivery node = new VirtualDelivery();
        node.token = CompletableFuture.completedFuture(new Unavailable("no token", Optional.empty(), false));
        node.store("1", false);
        node.runFor(Duration.ofMillis(100));
        assertEquals("no token", node.engine.trouble(ACCOUNT).orElse(""));
        Batch batch = claimedByAnother(node);
        node.runFor(Duration.ofMinutes(2));
        assertEquals("no token", node.engine.trouble(ACCOUNT).orElse(""), "the event still waits");
        deliverByAnother(node, batch);
        try (LogCapture log = LogCapture.of(DeliveryEngine.class)) {
            node.runFor(Duration.ofMinutes(5));
            assertEquals("", node.engine.trouble(ACCOUNT).orElse(""));
            assertEquals(List.of("INFO Nothing waits for ad account " + ACCOUNT + " any more"), log.lines());
        }
        assertEquals(List.of(), node.requests);
    }

    @Test
    void pauseOfAnotherNodeIsForgottenWithItsEvents() {
        VirtualDelivery node = new VirtualDelivery();
        node.real.pause(ACCOUNT, Duration.ofSeconds(30), "paused by another node");
        node.store("1", false);
        node.runFor(Duration.ofSeconds(1));
        assertEquals("paused by another node", node.engine.trouble(ACCOUNT).orElse(""));
        deliverByAnother(node, claimedByAnother(node));
        node.runFor(Duration.ofMinutes(5));
        assertEquals("", node.engine.trouble(ACCOUNT).orElse(""));
    }

    /** The listener is called in the step that writes the outcomes, before the next call of the outbox. */
    @Test
    void listenerReceivesABatchIfReleasingSuspectsFails() {
        AtomicInteger releases = new AtomicInteger();
        VirtualDelivery node = new VirtualDelivery(real -> new ForwardingOutbox(real) {
            @Override
            public int releaseSuspects(String adAccount, String suspectReason) {
                releases.incrementAndGet();
                throw new OutboxException("The database of the outbox failed: it cannot be reached");
            }
        });
        node.pinterest = ids -> Optional.of(UNAVAILABLE);
        for (int i = 0; i < 5; i++) {
            node.store("order-" + i, false);
        }
        node.runFor(Duration.ofMinutes(10));
        node.pinterest = ids -> Optional.of(VirtualDelivery.taken(ids));
        node.runFor(Duration.ofHours(2));
        assertTrue(releases.get() > 0, "no suspect was released");
        assertEquals(0, node.waiting());
        assertEquals(5, node.engine.accepted(ACCOUNT), "counted where the listener is told");
    }
}
