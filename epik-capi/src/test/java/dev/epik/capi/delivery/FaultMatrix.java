// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AdAccount;
import dev.epik.capi.Mode;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.pinterest.PinterestApi;
import dev.epik.capi.pinterest.TestPinterestApi;
import dev.epik.testing.PublishedSchema;
import dev.epik.testing.TestIds;
import dev.epik.testkit.EventCounts;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FaultProxy;
import dev.epik.testkit.ReceivedEvent;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every {@link FaultRow} on every store: an outage, a sale during it, and its end. No event is lost, no event
 * becomes a dead letter, and each event arrives unchanged. The test of a store is a small subclass.
 */
@Timeout(120)
public abstract class FaultMatrix {
    private static final AdAccount ACCOUNT = AdAccount.of(TestIds.ACCOUNT, "a-token");

    /** The length of the outage. With a last pause of 15 minutes, all events are sent while they count as web. */
    private static final Duration OUTAGE = Duration.ofMinutes(40);

    /** Pauses double up to a minute, with jitter from half of that. */
    private static final int MAX_REQUESTS = 2 * 40 + 10;

    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(500);

    private static final AtomicInteger ROWS = new AtomicInteger();

    private Outbox outbox = MemoryOutbox.ofCapacity(1);
    private final Map<String, Outcome> last = new HashMap<>();

    /** Opens an empty outbox. */
    protected abstract Outbox open() throws Exception;

    /** Returns the time of the store. */
    protected abstract Instant now();

    /** Moves the time of the store. */
    protected abstract void tick(Duration time);

    static Stream<FaultRow> faults() {
        return FaultRow.all();
    }

    @BeforeEach
    void openOutbox() throws Exception {
        outbox = open();
    }

    @AfterEach
    void closeOutbox() {
        outbox.close();
    }

    @AfterAll
    static void sum() {
        System.out.println("EPIK: fault matrix: " + ROWS.getAndSet(0) + " rows, 0 events lost, 0 dead");
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everyFaultLosesNoEventAndMakesNoDeadLetter(FaultRow fault) throws Exception {
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT.id(), "a-token")
                        .clock(storeClock())
                        .start();
                FaultProxy network =
                        fault.tls() ? FaultProxy.startTls(pinterest.uri()) : FaultProxy.start(pinterest.uri());
                PinterestApi api = api(network, fault.tls(), fault.stalls() ? SHORT : PATIENT);
                PinterestApi patient = api(network, fault.tls(), PATIENT)) {
            pinterest.onRequest(PublishedSchema::check);
            SteppedDelivery delivery = delivery(api);
            store("before");
            delivery(patient).runDry(this::tick);

            store("1", "2", "3");
            fault.cause().begin(pinterest, network);
            int tries = outage(delivery, fault.stalls() ? 2 : Integer.MAX_VALUE);
            assertEquals(4, outbox.backlog(ACCOUNT.id()).waiting());
            String reason = delivery.trouble();
            assertTrue(reason.contains(fault.reason()), reason);

            pinterest.respondNormally();
            network.forwardNormally();
            SteppedDelivery after = fault.stalls() ? delivery(patient) : delivery;
            after.runDry(this::tick);
            assertEquals("", after.trouble());
            assertArrivedAndSettled(pinterest, fault, tries);
        }
    }

    /** Runs to the end of the outage, or for this many requests; returns the number of requests. */
    private int outage(SteppedDelivery delivery, int maxRequests) throws InterruptedException {
        Instant end = now().plus(OUTAGE);
        boolean inTheMiddle = false;
        int before = delivery.requests();
        while (delivery.requests() - before < maxRequests && now().isBefore(end)) {
            tick(delivery.step());
            if (delivery.requests() > before && !inTheMiddle) {
                inTheMiddle = true;
                store("4");
            }
        }
        return delivery.requests() - before;
    }

    private void assertArrivedAndSettled(FakePinterest pinterest, FaultRow fault, int tries) {
        assertEquals(List.of(), outbox.deadLetters(ACCOUNT.id(), 10));
        assertTrue(tries >= 2 && tries <= MAX_REQUESTS, tries + " tries in " + OUTAGE);
        Map<String, Set<String>> texts = new HashMap<>();
        for (ReceivedEvent event : pinterest.received()) {
            assertTrue(event.processed(), event::toString);
            texts.computeIfAbsent(event.id(), id -> new HashSet<>()).add(event.json());
        }
        assertEquals(Set.of("before", "1", "2", "3", "4"), texts.keySet());
        assertTrue(texts.values().stream().allMatch(text -> text.size() == 1), "resent with other content");
        int received = 0;
        for (String id : List.of("before", "1", "2", "3", "4")) {
            EventCounts tally = pinterest.countsOf("checkout", id);
            received = Math.max(received, tally.received());
            assertEquals(1, tally.counted(), id);
            boolean wasSent = !id.equals("before") && !(id.equals("4") && fault.stalls()); // that outage is short
            assertEquals(fault.arrives() && wasSent, tally.received() > 1, id + ": " + tally);
            assertEquals(new Outcome.Accepted(""), last.get(id));
        }
        ROWS.incrementAndGet();
        System.out.printf(
                "EPIK: %-22s %-26s %2d tries in the outage, received %2d times, counted once, dead 0%n",
                getClass().getSimpleName().replace("FaultMatrixTest", ""), fault, tries, received);
    }

    private PinterestApi api(FaultProxy network, boolean tls, Duration deadline) {
        return TestPinterestApi.withDeadline(
                network.uri(),
                tls
                        ? () -> HttpClient.newBuilder()
                                .sslContext(network.clientContext())
                                .build()
                        : null,
                deadline);
    }

    private SteppedDelivery delivery(PinterestApi api) {
        DeliveryOptions options = DeliveryOptions.of(Mode.LIVE, storeClock())
                .withListener((event, outcome) -> last.put(event.id(), outcome));
        return new SteppedDelivery(outbox, ACCOUNT, api, options);
    }

    private void store(String... ids) {
        for (String id : ids) {
            String json =
                    "{\"event_name\":\"checkout\",\"action_source\":\"web\",\"event_time\":%d,\"event_id\":\"%s\","
                                    .formatted(now().getEpochSecond(), id)
                            + "\"user_data\":{\"client_ip_address\":\"192.0.2.7\",\"client_user_agent\":\"Mozilla\","
                            + "\"click_id\":\"dj0y\"}}";
            assertEquals(
                    EventStore.Added.STORED,
                    outbox.add(new StoredEvent(ACCOUNT.id(), "checkout", id, json, now(), false))
                            .join());
        }
    }

    private Clock storeClock() {
        InstantSource source = this::now;
        return source.withZone(ZoneOffset.UTC);
    }
}
