// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.AdAccount;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.LogCapture;
import dev.epik.capi.Mode;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.pinterest.PinterestApi;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import dev.epik.testkit.PublishedSchema;
import dev.epik.testkit.ReceivedEvent;
import dev.epik.testkit.TickingClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryEngineTest {
    private static final String ACCOUNT = "549755885175";
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final TickingClock clock = new TickingClock(Instant.parse("2026-11-01T10:00:00Z"));
    private final Outbox outbox = MemoryOutbox.ofCapacity(5000, clock);
    private final List<String> heard = new ArrayList<>();
    private final FakePinterest pinterest = start();
    private final PinterestApi api = api(Mode.LIVE);
    private SteppedDelivery delivery = delivery(api, options(Mode.LIVE));

    private FakePinterest start() {
        try {
            FakePinterest fake =
                    FakePinterest.builder(ACCOUNT, "a-token").clock(clock).start();
            fake.onRequest(PublishedSchema::check);
            return fake;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private PinterestApi api(Mode mode) {
        return new PinterestApi(pinterest.uri(), mode, null);
    }

    private SteppedDelivery delivery(PinterestApi to, DeliveryOptions options) {
        return new SteppedDelivery(outbox, AdAccount.of(ACCOUNT, "a-token"), to, options);
    }

    private DeliveryOptions options(Mode mode) {
        return DeliveryOptions.of(mode, clock)
                .withLinger(LINGER)
                .withListener((event, outcome) -> heard.add(event.id() + " " + outcome));
    }

    @AfterEach
    void close() {
        api.close();
        pinterest.close();
    }

    private void store(String... ids) {
        for (String id : ids) {
            add(new StoredEvent(ACCOUNT, "checkout", id, json(id), clock.instant(), false));
        }
    }

    private String json(String id) {
        return "{\"event_name\":\"checkout\",\"action_source\":\"web\",\"event_time\":%d,\"event_id\":\"%s\","
                        .formatted(clock.instant().getEpochSecond(), id)
                + "\"user_data\":{\"client_ip_address\":\"192.0.2.7\",\"client_user_agent\":\"Mozilla\","
                + "\"click_id\":\"dj0y\"}}";
    }

    private void add(StoredEvent event) {
        assertEquals(Outbox.Added.STORED, outbox.add(event).join());
    }

    private List<DeadLetter> deadLetters() {
        return outbox.deadLetters(ACCOUNT, 100);
    }

    private void storeMany(int count) {
        for (int i = 0; i < count; i++) {
            store("" + i);
        }
    }

    private List<String> received() {
        return pinterest.received().stream().map(ReceivedEvent::id).toList();
    }

    private int runDry() throws InterruptedException {
        return delivery.runDry(clock::tick);
    }

    private int waiting() {
        return outbox.backlog(ACCOUNT).waiting();
    }

    /** Sells one event at a time, so that other events are accepted meanwhile. */
    private int sellFor(Duration time, Duration every) throws InterruptedException {
        int sales = 0;
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(every)) {
            store("sale-" + sales++);
            delivery.runFor(every, clock::tick);
        }
        return sales;
    }

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
        assertEquals(List.of("1 Accepted[warning=]", "2 Accepted[warning=]"), heard);
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
                List.of("1 Accepted[warning=]", "2 Rejected[reason=no such thing]", "3 Accepted[warning=]"), heard);
        assertEquals("2", deadLetters().get(0).event().id());
    }

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
    void poisonEventIsRejectedAfterThreeBlamesWhileOthersAreTaken() throws Exception {
        pinterest.onRequest(body -> {}); // the test sends JSON that is not valid by the schema
        int sales = sellFor(Duration.ofMinutes(10), Duration.ofSeconds(15));
        add(poison("poison"));
        sales += sellOthers("later", Duration.ofMinutes(30), Duration.ofSeconds(15));
        assertEquals(
                List.of("poison"),
                deadLetters().stream().map(dead -> dead.event().id()).toList());
        assertEquals(sales, Set.copyOf(received()).size());
        assertEquals(sales, received().size(), "an event was sent twice");
    }

    private int sellOthers(String prefix, Duration time, Duration every) throws InterruptedException {
        int sales = 0;
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(every)) {
            store(prefix + sales++);
            delivery.runFor(every, clock::tick);
        }
        return sales;
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
        sellOthers("before", Duration.ofMinutes(10), Duration.ofSeconds(15));
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
    void keepsALoneEventThatIsBlamedUntilOthersWereTaken() throws Exception {
        pinterest.alwaysRespondWith(FakeResponse.badRequest());
        store("1");
        delivery.runFor(Duration.ofDays(2), clock::tick);
        assertEquals(0, deadLetters().size(), "the fault may be ours, and it is dead-lettered");
        pinterest.respondNormally();
        runDry();
        assertEquals(List.of("1"), received());
    }

    @Test
    void loneEventThatFailsByNameIsRejectedOnceAnotherWasTaken() throws Exception {
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

    @ParameterizedTest
    @ValueSource(strings = {"runtime", "error", "checked", "interrupt"})
    void failingListenerStopsNothing(String how) throws Exception {
        delivery = delivery(api, options(Mode.LIVE).withListener((event, outcome) -> {
            switch (how) {
                case "runtime" -> throw new IllegalStateException("on purpose");
                case "error" -> throw new NoClassDefFoundError("on purpose");
                case "checked" -> sneak(new IOException("on purpose"));
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
    private static <E extends Exception> void sneak(Exception e) throws E {
        throw (E) e;
    }

    @Test
    void reportsAPostponedEventEachTime() throws Exception {
        pinterest.respondWith(FakeResponse.unavailable());
        store("1");
        runDry();
        assertEquals(2, heard.size());
        assertTrue(heard.get(0).contains(Outcome.Postponed.class.getSimpleName()), heard.get(0));
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
    void makesLateEventsDeadLettersIfConfiguredAndRedriveSendsThem() throws Exception {
        delivery = delivery(api, options(Mode.LIVE).withLate(DeliveryOptions.Late.DEAD_LETTER));
        store("late");
        add(new StoredEvent(ACCOUNT, "checkout", "offline", json("offline"), clock.instant(), true));
        clock.tick(Duration.ofMinutes(61));
        store("young");
        clock.tick(LINGER);
        runDry();
        assertEquals(Set.of("young", "offline"), Set.copyOf(received()));
        assertTrue(
                deadLetters().get(0).reason().startsWith("late: "),
                deadLetters().get(0).reason());
        assertEquals(
                new RedriveResult(1, 0), outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), DeadLetter.Scope.RECENT));
        runDry();
        assertTrue(received().contains("late"));
    }

    @Test
    void eventsOlderThanMaxAgeBecomeDeadLettersAndOtherwiseNoEventIsTooOld() throws Exception {
        store("kept");
        clock.tick(Duration.ofDays(400));
        runDry();
        assertEquals(List.of("kept"), received());
        delivery = delivery(api, options(Mode.LIVE).withMaxAge(Duration.ofDays(7)));
        store("old");
        clock.tick(Duration.ofDays(8));
        runDry();
        assertEquals(List.of("kept"), received());
        assertTrue(
                deadLetters().get(0).reason().startsWith("expired: "),
                deadLetters().get(0).reason());
    }

    @Test
    void endlessMaxAgeStopsNothing() throws Exception {
        delivery = delivery(api, options(Mode.LIVE).withMaxAge(ChronoUnit.FOREVER.getDuration()));
        store("1");
        runDry();
        assertEquals(List.of("1"), received());
    }

    @Test
    void batchThatIsTooLargeIsHalvedByItsBytesAndNoEventIsBlamed() throws Exception {
        storeMany(100);
        pinterest.respondWith(answerOf413(), answerOf413(), answerOf413());
        clock.tick(LINGER);
        runDry();
        assertEquals(100, received().size());
        assertEquals(List.of(), deadLetters());
        assertTrue(pinterest.requests() <= 12, pinterest.requests() + " requests");
    }

    private static FakeResponse answerOf413() {
        return FakeResponse.of(413, "");
    }

    @Test
    void outageIsProbedByOneEventAtATimeAndEndsWithFullBatches() throws Exception {
        storeMany(1200);
        pinterest.alwaysRespondWith(FakeResponse.unavailable());
        delivery.step();
        int before = heard.size();
        clock.tick(Duration.ofMinutes(1));
        delivery.step();
        assertEquals(1, heard.size() - before);
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

    @Test
    void keepsDeadLettersForTheConfiguredTimeAndWarnsBeforeTheyAreRemoved() throws Exception {
        pinterest.failEvent("1", "no");
        store("1", "2");
        runDry();
        try (LogCapture ear = LogCapture.of(DeliveryEngine.class)) {
            delivery.runFor(Duration.ofDays(24), clock::tick);
            assertEquals(1, deadLetters().size());
            assertTrue(
                    ear.lines()
                            .contains("WARNING 1 dead letters of ad account " + ACCOUNT
                                    + " are removed within 7 days: look at them, and redrive or cancel them"),
                    ear.lines()::toString);
        }
        delivery.runFor(Duration.ofDays(7), clock::tick);
        assertEquals(List.of(), deadLetters());
    }

    @Test
    void logsAWarningOfPinterestOnceForAllEventsAndAdAccounts() throws Exception {
        String warned = "{\"events\":[{\"status\":\"processed\",\"warning_message\":\"%s\"}]}";
        List<String> lines;
        try (LogCapture ear = LogCapture.of(DeliveryEngine.class)) {
            for (String warning : List.of("a canary", "a canary", "another canary", "a canary")) {
                pinterest.respondWith(FakeResponse.of(200, warned.formatted(warning)));
                store(heard.size() + "");
                runDry();
                delivery = delivery(api, options(Mode.LIVE)); // for another ad account
            }
            lines = ear.lines();
        }
        assertEquals(4, heard.size(), "the listener is told of each");
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
