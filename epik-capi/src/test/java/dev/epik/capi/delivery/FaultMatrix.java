// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.outbox.StoredEvent;
import dev.epik.capi.pinterest.AdAccount;
import dev.epik.capi.pinterest.Hurried;
import dev.epik.capi.pinterest.Mode;
import dev.epik.capi.pinterest.Outcome;
import dev.epik.capi.pinterest.PinterestApi;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FaultProxy;
import dev.epik.testkit.PublishedSchema;
import dev.epik.testkit.ReceivedEvent;
import dev.epik.testkit.Tally;
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
import java.util.Optional;
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
 * Every {@link Trouble} on every store: an outage, a sale in the middle of it, and the end of it. Nothing is lost, nothing dies, and each event
 * arrives as it was first told. A store is one small subclass.
 */
@Timeout(120)
public abstract class FaultMatrix {
    private static final AdAccount ACCOUNT = AdAccount.of("549755885175", "a-token");

    /** With a last pause of 15 minutes it is over within the hour after which Pinterest deduplicates no more. */
    private static final Duration OUTAGE = Duration.ofMinutes(40);

    /** Pauses double up to 15 minutes. */
    private static final int HANDFUL = 30;

    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(500);

    private static final AtomicInteger ROWS = new AtomicInteger();

    private Outbox outbox = MemoryOutbox.ofCapacity(1);
    private final Map<String, Outcome> last = new HashMap<>();

    /** An empty one. */
    protected abstract Outbox open() throws Exception;

    /** What the store takes for now. */
    protected abstract Instant now();

    /** Makes the store's time go by. */
    protected abstract void tick(Duration time);

    static Stream<Trouble> troubles() {
        return Trouble.all();
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
    @MethodSource("troubles")
    void nothingIsLostAndNothingDies(Trouble trouble) throws Exception {
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT.id(), "a-token")
                        .clock(storeClock())
                        .start();
                FaultProxy network =
                        trouble.tls() ? FaultProxy.tlsBefore(pinterest.uri()) : FaultProxy.before(pinterest.uri());
                PinterestApi api = api(network, trouble.tls(), trouble.stalls() ? SHORT : PATIENT);
                PinterestApi patient = api(network, trouble.tls(), PATIENT)) {
            pinterest.onRequest(PublishedSchema::check);
            Dispatcher dispatcher = dispatcher(api);
            store("before");
            runDry(dispatcher(patient));

            store("1", "2", "3");
            trouble.cause().begin(pinterest, network);
            int tries = outage(dispatcher, trouble.stalls() ? 2 : Integer.MAX_VALUE);
            assertEquals(4, outbox.backlog(ACCOUNT.id()).waiting());
            String reason = dispatcher.stats().pauseReason();
            assertTrue(reason.contains(trouble.reason()), reason);

            pinterest.heal();
            network.heal();
            Dispatcher after = trouble.stalls() ? dispatcher(patient) : dispatcher;
            runDry(after);
            assertEquals("", after.stats().pauseReason());
            arrivedAsTheyWereTold(pinterest, trouble, tries);
        }
    }

    /** All of it, or so many tries; gives the number of tries back. */
    private int outage(Dispatcher dispatcher, int mostTries) throws InterruptedException {
        Instant end = now().plus(OUTAGE);
        boolean inTheMiddle = false;
        int tries = 0;
        while (tries < mostTries && now().isBefore(end)) {
            Optional<Duration> next = dispatcher.step();
            tries += next.filter(Duration::isZero).isPresent() ? 1 : 0;
            next.ifPresent(this::tick);
            if (tries == 1 && !inTheMiddle) {
                inTheMiddle = true;
                store("4");
            }
        }
        return tries;
    }

    private void arrivedAsTheyWereTold(FakePinterest pinterest, Trouble trouble, int tries) {
        assertEquals(List.of(), outbox.deadLetters(ACCOUNT.id(), 10));
        int most = trouble.name().equals("429") ? 42 : HANDFUL; // there Pinterest says when: after 58 s each
        assertTrue(tries >= 2 && tries <= most, tries + " tries in " + OUTAGE);
        Map<String, Set<String>> texts = new HashMap<>();
        for (ReceivedEvent event : pinterest.received()) {
            assertTrue(event.processed(), event::toString);
            texts.computeIfAbsent(event.id(), id -> new HashSet<>()).add(event.json());
        }
        assertEquals(Set.of("before", "1", "2", "3", "4"), texts.keySet());
        assertTrue(texts.values().stream().allMatch(text -> text.size() == 1), "resent in other words");
        int received = 0;
        for (String id : List.of("before", "1", "2", "3", "4")) {
            Tally tally = pinterest.tally("checkout", id);
            received = Math.max(received, tally.received());
            assertEquals(1, tally.counted(), id);
            assertEquals(trouble.arrives() && !id.equals("before"), tally.received() > 1, id + ": " + tally);
            assertEquals(new Outcome.Accepted(""), last.get(id));
        }
        ROWS.incrementAndGet();
        System.out.printf(
                "EPIK: %-22s %-26s %2d tries in the outage, received %2d times, counted once, dead 0%n",
                getClass().getSimpleName().replace("FaultMatrixTest", ""), trouble, tries, received);
    }

    private PinterestApi api(FaultProxy network, boolean tls, Duration deadline) {
        HttpClient trusting =
                tls ? HttpClient.newBuilder().sslContext(network.trust()).build() : null;
        return Hurried.api(network.uri(), ACCOUNT, trusting, deadline);
    }

    private Dispatcher dispatcher(PinterestApi api) {
        return new Dispatcher(
                ACCOUNT.id(),
                outbox,
                api,
                DeliveryOptions.of(Mode.LIVE, storeClock())
                        .withListener((event, outcome) -> last.put(event.id(), outcome)));
    }

    private void runDry(Dispatcher dispatcher) throws InterruptedException {
        for (int steps = 0; outbox.backlog(ACCOUNT.id()).waiting() > 0; steps++) {
            assertTrue(steps < 1000, "it never ends");
            dispatcher.step().ifPresent(this::tick);
        }
    }

    private void store(String... ids) {
        for (String id : ids) {
            String json =
                    "{\"event_name\":\"checkout\",\"action_source\":\"web\",\"event_time\":%d,\"event_id\":\"%s\","
                                    .formatted(now().getEpochSecond(), id)
                            + "\"user_data\":{\"client_ip_address\":\"192.0.2.7\",\"client_user_agent\":\"Mozilla\","
                            + "\"click_id\":\"dj0y\"}}";
            assertEquals(
                    Outbox.Added.STORED,
                    outbox.add(new StoredEvent(ACCOUNT.id(), "checkout", id, json, now(), false))
                            .join());
        }
    }

    private Clock storeClock() {
        InstantSource source = this::now;
        return source.withZone(ZoneOffset.UTC);
    }
}
