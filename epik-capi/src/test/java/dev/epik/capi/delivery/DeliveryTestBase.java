// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.AdAccount;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.Mode;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.pinterest.PinterestApi;
import dev.epik.testing.PublishedSchema;
import dev.epik.testing.TickingClock;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A {@link DeliveryEngine} that a test steps, with an outbox in memory and a fake Pinterest. */
abstract class DeliveryTestBase {
    static final Duration LINGER = Duration.ofSeconds(1);

    final TickingClock clock = new TickingClock(Instant.parse("2026-11-01T10:00:00Z"));
    final Outbox outbox = MemoryOutbox.ofCapacity(5000, clock);
    final List<String> outcomes = new ArrayList<>();
    final FakePinterest pinterest = start();
    final PinterestApi api = api(Mode.LIVE);
    SteppedDelivery delivery = delivery(api, options(Mode.LIVE));

    private FakePinterest start() {
        try {
            FakePinterest fake =
                    FakePinterest.builder(ACCOUNT, "a-token").clock(clock).start();
            fake.onRequest(PublishedSchema::check);
            return fake;
        } catch (IOException e) { // no free port
            throw new AssertionError(e);
        }
    }

    PinterestApi api(Mode mode) {
        return new PinterestApi(pinterest.uri(), mode, null);
    }

    SteppedDelivery delivery(PinterestApi to, DeliveryOptions options) {
        return new SteppedDelivery(outbox, AdAccount.of(ACCOUNT, "a-token"), to, options);
    }

    DeliveryOptions options(Mode mode) {
        return DeliveryOptions.of(mode, clock)
                .withLinger(LINGER)
                .withListener((event, outcome) -> outcomes.add(event.id() + " " + outcome));
    }

    @AfterEach
    void close() {
        api.close();
        pinterest.close();
    }

    void store(String... ids) {
        for (String id : ids) {
            add(new StoredEvent(ACCOUNT, "checkout", id, json(id), clock.instant(), false));
        }
    }

    String json(String id) {
        return "{\"event_name\":\"checkout\",\"action_source\":\"web\",\"event_time\":%d,\"event_id\":\"%s\","
                        .formatted(clock.instant().getEpochSecond(), id)
                + "\"user_data\":{\"client_ip_address\":\"192.0.2.7\",\"client_user_agent\":\"Mozilla\","
                + "\"click_id\":\"dj0y\"}}";
    }

    void add(StoredEvent event) {
        assertEquals(EventStore.Added.STORED, outbox.add(event).join());
    }

    List<DeadLetter> deadLetters() {
        return outbox.deadLetters(ACCOUNT, 100);
    }

    void storeMany(int count) {
        for (int i = 0; i < count; i++) {
            store("" + i);
        }
    }

    List<String> received() {
        return pinterest.received().stream().map(ReceivedEvent::id).toList();
    }

    int runDry() throws InterruptedException {
        return delivery.runDry(clock::tick);
    }

    int waiting() {
        return outbox.backlog(ACCOUNT).waiting();
    }

    /** Sells one event at a time, so that other events are accepted meanwhile. Returns how many. */
    int sellFor(Duration time, Duration every) throws InterruptedException {
        return sell("sale-", time, every);
    }

    int sell(String prefix, Duration time, Duration every) throws InterruptedException {
        int sales = 0;
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(every)) {
            store(prefix + sales++);
            delivery.runFor(every, clock::tick);
        }
        return sales;
    }
}
