// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.FoundEvent;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.testing.Await;
import dev.epik.testing.LogCapture;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RevocationsTest {
    private final AtomicInteger searches = new AtomicInteger();
    private volatile Runnable beforeSearch = () -> {};

    private final Outbox outbox = new ForwardingOutbox(MemoryOutbox.ofCapacity(100)) {
        @Override
        public List<FoundEvent> find(Predicate<StoredEvent> which) {
            searches.incrementAndGet();
            beforeSearch.run();
            return super.find(which);
        }
    };

    /** On a clock that stands still, so that a search costs nothing and the next one is due at once. */
    private final Revocations revocations = new Revocations(outbox, () -> 0, Duration.ZERO);

    @AfterEach
    void close() {
        revocations.close(Duration.ofSeconds(20));
    }

    private void add(String id, String clickId) {
        String json = "{\"user_data\":{\"click_id\":\"" + clickId + "\"}}";
        outbox.add(new StoredEvent(ACCOUNT, "checkout", id, json, Instant.now(), false))
                .join();
    }

    private int waiting() {
        return outbox.backlog(ACCOUNT).waiting();
    }

    @Test
    void cancelsTheEventsOfTheClickIdAndNoOther() throws Exception {
        add("1", "revoked");
        add("2", "revoked");
        add("3", "revoked2");
        revocations.add("revoked");
        Await.until(() -> waiting() == 1);
        assertEquals(1, outbox.find(event -> event.id().equals("3")).size());
    }

    @Test
    void oneSearchServesAllClickIdsThatWait() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        beforeSearch = () -> await(goOn);
        revocations.add("first");
        Await.until(() -> searches.get() == 1);
        for (int i = 0; i < 50; i++) {
            add("e" + i, "click" + i);
            revocations.add("click" + i);
        }
        goOn.countDown();
        Await.until(() -> waiting() == 0);
        assertEquals(2, searches.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anEventThatIsBeingSentIsCancelledAfterItIsPostponed() throws Exception {
        add("1", "revoked");
        Batch batch = outbox.claim(ACCOUNT, ClaimKind.ONLINE, 1, 1 << 20, Duration.ofMinutes(3))
                .orElseThrow();
        Settlement postponed = new Settlement(
                batch.claimed().get(0),
                new Outcome.Postponed("down"),
                Duration.ofHours(1),
                batch.claimed().get(0).history());
        beforeSearch = () -> {
            if (searches.get() == 3) {
                outbox.settle(batch, List.of(postponed));
            }
        };
        revocations.add("revoked");
        Await.until(() -> waiting() == 0);
        assertEquals(3, searches.get());
    }

    @Test
    void aSearchThatFailsIsRepeatedUntilTheOutboxWorksAndLoggedOnce() throws Exception {
        try (LogCapture log = LogCapture.of(EpikClient.class)) {
            add("1", "revoked");
            beforeSearch = () -> {
                if (searches.get() < 100) {
                    throw new OutboxException("The database is away");
                }
            };
            revocations.add("revoked");
            Await.until(() -> waiting() == 0);
            assertEquals(1, log.lines().toString().split("The database is away", -1).length - 1);
        }
    }

    @Test
    void endsItsThreadWhenNothingWaitsAndSearchesOnceMoreWhenClosed() throws Exception {
        revocations.add("unknown");
        Await.until(() -> searches.get() == 1);
        Await.until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("epik-revoke")));
        Revocations slow = new Revocations(outbox, () -> 0);
        slow.add("unknown");
        Await.until(() -> searches.get() == 2);
        add("1", "revoked");
        slow.add("revoked");
        slow.close(Duration.ofSeconds(20));
        assertEquals(0, waiting());
        slow.add("ignored");
        assertEquals(3, searches.get());
    }

    @Test
    void aFullSetIsLoggedOnceAndTakesNoMore() throws Exception {
        try (LogCapture log = LogCapture.of(EpikClient.class)) {
            CountDownLatch goOn = new CountDownLatch(1);
            beforeSearch = () -> await(goOn);
            for (int i = 0; i < Revocations.MAX_CLICK_IDS + 2; i++) {
                revocations.add("click" + i);
            }
            goOn.countDown();
            assertTrue(log.lines().toString().contains("10000 other visitors"));
            Await.until(() -> searches.get() >= 1);
        }
    }
}
