// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AdAccount;
import dev.epik.capi.ForwardingOutbox;
import dev.epik.capi.Mode;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.pinterest.PinterestApi;
import dev.epik.testing.LogCapture;
import dev.epik.testing.TickingClock;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that each change of state is one log line: an outage has two, however long it lasts. */
@Timeout(60)
class StateChangeLogTest {

    private final TickingClock clock = new TickingClock(Instant.parse("2026-11-01T10:00:00Z"));
    private final Outbox outbox = MemoryOutbox.ofCapacity(100, clock);
    private final LogCapture log = LogCapture.of(DeliveryEngine.class);
    private final FakePinterest pinterest = start();
    private final PinterestApi api = new PinterestApi(pinterest.uri(), Mode.LIVE, null);
    private final SteppedDelivery delivery = delivery(outbox, Mode.LIVE);

    private SteppedDelivery delivery(Outbox store, Mode mode) {
        return new SteppedDelivery(store, AdAccount.of(ACCOUNT, "a-token"), api, DeliveryOptions.of(mode, clock));
    }

    private FakePinterest start() {
        try {
            return FakePinterest.builder(ACCOUNT, "a-token").clock(clock).start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() {
        api.close();
        pinterest.close();
        log.close();
    }

    private void store(String id) {
        String json = "{\"event_name\":\"checkout\",\"action_source\":\"web\",\"event_time\":%d,\"event_id\":\"%s\","
                        .formatted(clock.instant().getEpochSecond(), id)
                + "\"user_data\":{\"client_ip_address\":\"192.0.2.7\",\"client_user_agent\":\"canary\",\"click_id\":\"dj0y\"}}";
        outbox.add(new StoredEvent(ACCOUNT, "checkout", id, json, clock.instant(), false))
                .join();
    }

    private void goOnFor(Duration time) throws InterruptedException {
        delivery.runFor(time, clock::tick);
    }

    @Test
    void logsOneLineForAnOutageAndOneForItsEnd() throws Exception {
        store("1");
        pinterest.alwaysRespondWith(FakeResponse.unavailable());
        goOnFor(Duration.ofHours(8));
        assertTrue(pinterest.requests() > 20);
        assertEquals(1, log.lines().size(), log.lines()::toString);
        assertTrue(log.lines().get(0).startsWith("WARNING Delivery to ad account 549755885175 pauses, events stay"));
        pinterest.respondNormally();
        goOnFor(Duration.ofHours(1));
        store("2");
        goOnFor(Duration.ofHours(1));
        assertEquals(2, pinterest.received().size());
        assertEquals(
                List.of("INFO Delivery to ad account 549755885175 goes on"),
                log.lines().subList(1, log.lines().size()));
    }

    @Test
    void logsFailuresThatNeedAnOperatorAsErrorAndEachOnce() throws Exception {
        store("1");
        pinterest.alwaysRespondWith(FakeResponse.unavailable());
        goOnFor(Duration.ofHours(1));
        pinterest.alwaysRespondWith(FakeResponse.forbidden());
        goOnFor(Duration.ofHours(8));
        assertEquals(2, log.lines().size(), log.lines()::toString);
        assertTrue(
                log.lines().get(1).startsWith("SEVERE ") && log.lines().get(1).contains("check the role"),
                log.lines()::toString);
    }

    @Test
    void logsAFailureAgainAfterDeliveryWorked() throws Exception {
        for (int day = 0; day < 3; day++) {
            store("" + day);
            pinterest.respondWith(FakeResponse.unavailable());
            goOnFor(Duration.ofDays(1));
        }
        assertEquals(
                List.of("WARNING", "INFO", "WARNING", "INFO", "WARNING", "INFO"),
                log.lines().stream().map(line -> line.replaceAll(" .*", "")).toList());
    }

    @Test
    void logsNothingWhileDeliveryWorks() throws Exception {
        for (int hour = 0; hour < 24; hour++) {
            store("" + hour);
            goOnFor(Duration.ofHours(1));
        }
        assertEquals(24, pinterest.received().size());
        assertEquals(List.of(), log.lines());
    }

    @Test
    void logsOneLineForADeadLetterWithoutPersonalData() throws Exception {
        pinterest.failEvent("1", "no such product");
        store("1");
        store("2");
        goOnFor(Duration.ofHours(1));
        assertEquals(
                List.of("WARNING A dead letter, StoredEvent[checkout 1] of ad account 549755885175: no such product"
                        + " (once the cause is corrected, redrive sends it again: EpikClient.redrive, or"
                        + " \"epik outbox PATH redrive\")"),
                log.lines());
    }

    @Test
    void logsTestModeOnceAnHour() throws Exception {
        delivery(outbox, Mode.TEST).runFor(Duration.ofHours(3), clock::tick);
        assertEquals(3, log.lines().size(), log.lines()::toString);
        assertTrue(log.lines().get(0).startsWith("WARNING Epik is in TEST mode"));
    }

    @Test
    void logsAFailingOutboxOnceAndThatItWorksAgain() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        Outbox flaky = new ForwardingOutbox(outbox) {
            @Override
            public Peek peek(String adAccount, int max) {
                if (failures.incrementAndGet() <= 20) {
                    throw new OutboxException("the disk is full: make room");
                }
                return super.peek(adAccount, max);
            }
        };
        store("1");
        delivery(flaky, Mode.LIVE).runFor(Duration.ofHours(1), clock::tick);
        assertEquals(
                List.of(
                        "SEVERE The outbox failed, delivery tries again: the disk is full: make room",
                        "INFO The outbox works again, delivery goes on"),
                log.lines());
        assertEquals(1, pinterest.received().size());
    }
}
