// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.LogEar;
import dev.epik.capi.outbox.Batch;
import dev.epik.capi.outbox.DeadLetter;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.outbox.StoredEvent;
import dev.epik.capi.pinterest.AdAccount;
import dev.epik.capi.pinterest.Mode;
import dev.epik.capi.pinterest.Outcome;
import dev.epik.capi.pinterest.PinterestApi;
import dev.epik.testkit.Answer;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.PublishedSchema;
import dev.epik.testkit.ReceivedEvent;
import dev.epik.testkit.TickingClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DispatcherTest {
    private static final String ACCOUNT = "549755885175";
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final TickingClock clock = new TickingClock(Instant.parse("2026-11-01T10:00:00Z"));
    private final Outbox outbox = MemoryOutbox.ofCapacity(5000, clock);
    private final List<String> heard = new ArrayList<>();
    private final FakePinterest pinterest = start();
    private final PinterestApi api = api(Mode.LIVE);
    private Dispatcher dispatcher = dispatcher(api, Mode.LIVE);

    private FakePinterest start() {
        try {
            FakePinterest fake =
                    FakePinterest.builder(ACCOUNT, "a-token").clock(clock).start();
            fake.onRequest(PublishedSchema::check);
            return fake;
        } catch (IOException noPort) {
            throw new AssertionError(noPort);
        }
    }

    private PinterestApi api(Mode mode) {
        return new PinterestApi(pinterest.uri(), AdAccount.of(ACCOUNT, "a-token"), mode, null);
    }

    private Dispatcher dispatcher(PinterestApi to, Mode mode) {
        return new Dispatcher(
                ACCOUNT,
                outbox,
                to,
                DeliveryOptions.of(mode, clock)
                        .withLinger(LINGER)
                        .withListener((event, outcome) -> heard.add(event.id() + " " + outcome)));
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

    /** Steps and ticks until nothing waits; gives the number of requests back. */
    private int runDry() throws InterruptedException {
        int before = pinterest.requests();
        for (int steps = 0; outbox.backlog(ACCOUNT).waiting() > 0; steps++) {
            assertTrue(steps < 1000, "it never ends");
            dispatcher.step().ifPresent(clock::tick);
        }
        return pinterest.requests() - before;
    }

    @Test
    void waitsForTheLingerTimeAndSendsAllTogether() throws Exception {
        assertEquals(Optional.empty(), dispatcher.step());
        store("1");
        clock.tick(Duration.ofMillis(400));
        store("2");
        assertEquals(Optional.of(Duration.ofMillis(600)), dispatcher.step());
        assertEquals(0, pinterest.requests());
        clock.tick(Duration.ofMillis(600));
        dispatcher.step();
        assertEquals(1, pinterest.requests());
        assertEquals(List.of("1", "2"), received());
        assertEquals(List.of("1 Accepted[warning=]", "2 Accepted[warning=]"), heard);
        assertEquals(2, dispatcher.stats().accepted());
    }

    @Test
    void aFullBatchDoesNotWaitAndHasAThousandEventsAtMost() throws Exception {
        storeMany(2500);
        dispatcher.step();
        dispatcher.step();
        assertEquals(2, pinterest.requests());
        assertEquals(2000, received().size());
        dispatcher.step();
        assertEquals(2, pinterest.requests(), "the rest waits for its linger time");
        assertEquals(1, runDry());
    }

    @Test
    void inTestModeABatchHasTwentyEvents() throws Exception {
        storeMany(45);
        try (PinterestApi test = api(Mode.TEST)) {
            dispatcher = dispatcher(test, Mode.TEST);
            assertEquals(3, runDry());
        }
        assertTrue(pinterest.received().stream().allMatch(event -> event.test() && event.processed()));
    }

    @Test
    void eachEventIsSettledByItsOwnOutcome() throws Exception {
        pinterest.failEvent("2", "no such thing");
        store("1", "2", "3");
        runDry();
        assertEquals(
                List.of("1 Accepted[warning=]", "2 Rejected[reason=no such thing]", "3 Accepted[warning=]"), heard);
        assertEquals("2", deadLetters().get(0).event().id());
        assertEquals(1, dispatcher.stats().dead());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 413, 418, 422, 429, 500, 503})
    void anOutageLosesNothingAndCostsAHandfulOfRequests(int status) throws Exception {
        pinterest.always(Answer.of(status, "{\"code\":1,\"message\":\"on purpose\"}"));
        storeMany(3000);
        for (int minute = 0; minute < 60; minute++) {
            dispatcher.step();
            clock.tick(Duration.ofMinutes(1));
        }
        int most = status == 429 ? 61 : 30; // at a 429 Pinterest says when: here after 58 s each
        assertTrue(pinterest.requests() <= most, pinterest.requests() + " requests in an hour");
        assertTrue(
                dispatcher.stats().pauseReason().contains("on purpose"),
                dispatcher.stats().pauseReason());
        assertEquals(3000, dispatcher.stats().waiting());
        assertEquals(0, dispatcher.stats().dead());
        pinterest.heal();
        runDry();
        assertEquals(3000, Set.copyOf(received()).size());
        assertEquals("", dispatcher.stats().pauseReason());
        assertEquals(List.of(), deadLetters());
    }

    @Test
    void whatPinterestAsksToWaitIsWaited() throws Exception {
        pinterest.next(Answer.rateLimited(Duration.ofSeconds(17)));
        store("1");
        clock.tick(LINGER);
        dispatcher.step();
        assertEquals(Optional.of(Duration.ofSeconds(17)), dispatcher.step());
        clock.tick(Duration.ofSeconds(16));
        dispatcher.step();
        assertEquals(1, pinterest.requests());
        clock.tick(Duration.ofSeconds(1));
        dispatcher.step();
        assertEquals(List.of("1"), received());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 499, 999})
    void onePoisonousEventAmongAThousandCostsItAlone(int poison) throws Exception {
        storeMany(poison);
        add(new StoredEvent(ACCOUNT, "checkout", "poison", "{\"event_name\":7}", clock.instant(), false));
        for (int i = poison; i < 999; i++) {
            store("" + i);
        }
        pinterest.onRequest(body -> {}); // what is sent is not as published, on purpose
        int requests = runDry();
        assertEquals(999, new HashSet<>(received()).size());
        assertEquals(999, received().size(), "an event was sent twice");
        assertEquals(
                List.of("poison"),
                deadLetters().stream().map(dead -> dead.event().id()).toList());
        assertTrue(requests < 60, requests + " requests");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void poisonousEventsAtTheHeadOfTheLineHoldUpNobodyEvenAfterAnOutage(int outage) throws Exception {
        for (int i = 0; i < outage; i++) {
            pinterest.next(Answer.unavailable());
        }
        for (String id : List.of("poison-1", "poison-2", "poison-3")) {
            add(new StoredEvent(ACCOUNT, "checkout", id, "{\"event_name\":7}", clock.instant(), false));
        }
        pinterest.onRequest(body -> {}); // what is sent is not as published, on purpose
        int sales = 0;
        Instant nextSale = clock.instant();
        while (deadLetters().size() < 3) {
            if (!clock.instant().isBefore(nextSale)) {
                store("sale-" + sales++); // each rejection needs another event to be accepted
                nextSale = clock.instant().plusSeconds(30);
            }
            Duration toNextSale = Duration.between(clock.instant(), nextSale);
            Duration nap = dispatcher
                    .step()
                    .filter(wake -> wake.compareTo(toNextSale) < 0)
                    .orElse(toNextSale);
            clock.tick(nap.isNegative() ? Duration.ZERO : nap); // as the thread sleeps
            assertTrue(sales < 200, "the poison is never found");
        }
        runDry();
        assertEquals(sales, Set.copyOf(received()).size());
        assertEquals(sales, received().size(), "an event was sent twice");
    }

    @Test
    void whenPinterestBlamesEveryEventOneByOneNoneIsRejectedHoweverManyItTookBefore() throws Exception {
        store("before");
        runDry();
        pinterest.always(Answer.badRequest());
        for (int i = 0; i < 50; i++) {
            store("" + i);
            clock.tick(Duration.ofMinutes(20));
            dispatcher.step();
        }
        assertEquals(List.of(), deadLetters());
        assertEquals(50, dispatcher.stats().waiting());
        pinterest.heal();
        runDry();
        assertEquals(51, received().size());
    }

    @Test
    void aLoneEventThatIsBlamedIsKeptUntilAnotherWasTaken() throws Exception {
        pinterest.always(Answer.badRequest());
        store("1");
        for (int minute = 0; minute < 120; minute++) {
            clock.tick(Duration.ofMinutes(1));
            dispatcher.step();
        }
        assertEquals(0, deadLetters().size(), "the fault may be ours, and it is dead-lettered");
        pinterest.heal();
        runDry();
        assertEquals(List.of("1"), received());
    }

    @Test
    void aListenerThatFailsStopsNothing() throws Exception {
        dispatcher = new Dispatcher(
                ACCOUNT, outbox, api, DeliveryOptions.of(Mode.LIVE, clock).withListener((event, outcome) -> {
                    throw new IllegalStateException("on purpose");
                }));
        store("1", "2");
        runDry();
        assertEquals(List.of("1", "2"), received());
    }

    @Test
    void aPostponedEventIsHeardOfEachTime() throws Exception {
        pinterest.next(Answer.unavailable());
        store("1");
        runDry();
        assertEquals(2, heard.size());
        assertTrue(heard.get(0).contains(Outcome.Postponed.class.getSimpleName()), heard.get(0));
    }

    @Test
    void afterAnOutageWhatStillCountsAsWebGoesFirst() throws Exception {
        pinterest.always(Answer.unavailable());
        storeMany(1500);
        clock.tick(Duration.ofHours(3));
        dispatcher.step();
        add(new StoredEvent(ACCOUNT, "checkout", "offline", json("offline"), clock.instant(), true));
        store("young");
        pinterest.heal();
        clock.tick(Duration.ofMinutes(20));
        while (received().isEmpty()) {
            dispatcher.step().ifPresent(clock::tick);
        }
        assertEquals("young", received().get(0));
        runDry();
        assertEquals(1502, Set.copyOf(received()).size());
        assertEquals(1502, received().size());
    }

    @Test
    void whatIsLateIsParkedWhereTheShopWantsThatAndRedrivingSendsIt() throws Exception {
        dispatcher = new Dispatcher(
                ACCOUNT, outbox, api, DeliveryOptions.of(Mode.LIVE, clock).withLate(DeliveryOptions.Late.PARK));
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
        assertEquals(new Outbox.Redriven(1, 0), outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), false));
        runDry();
        assertTrue(received().contains("late"));
    }

    @Test
    void whatIsOlderThanTheShopAllowsIsADeadLetterAndOtherwiseNothingIsTooOld() throws Exception {
        store("kept");
        clock.tick(Duration.ofDays(400));
        runDry();
        assertEquals(List.of("kept"), received());
        dispatcher = new Dispatcher(
                ACCOUNT, outbox, api, DeliveryOptions.of(Mode.LIVE, clock).withMaxAge(Duration.ofDays(7)));
        store("old");
        clock.tick(Duration.ofDays(8));
        runDry();
        assertEquals(List.of("kept"), received());
        assertTrue(
                deadLetters().get(0).reason().startsWith("expired: "),
                deadLetters().get(0).reason());
    }

    @Test
    void aBatchThatIsTooLargeIsHalvedByItsBytesAndNoneIsBlamed() throws Exception {
        storeMany(100);
        pinterest.next(answerOf413(), answerOf413(), answerOf413());
        clock.tick(LINGER);
        runDry();
        assertEquals(100, received().size());
        assertEquals(List.of(), deadLetters());
        assertTrue(pinterest.requests() <= 12, pinterest.requests() + " requests");
    }

    private static Answer answerOf413() {
        return Answer.of(413, "");
    }

    @Test
    void whilePinterestIsAwayFewAreClaimedAndOnceItIsBackTheBatchesGrow() throws Exception {
        storeMany(1200);
        pinterest.always(Answer.unavailable());
        dispatcher.step();
        for (int i = 0; i < 5; i++) {
            clock.tick(Duration.ofHours(1));
            assertEquals(1200, outbox.peek(ACCOUNT, 2000).ready());
            int before = heard.size();
            dispatcher.step();
            assertEquals(Narrowing.PROBE, heard.size() - before, "were claimed, and postponed");
        }
        pinterest.heal();
        clock.tick(Duration.ofHours(1));
        int requests = pinterest.requests();
        List<Integer> sizes = new ArrayList<>();
        for (int got = 0; got < 1200; ) {
            dispatcher.step();
            sizes.add(received().size() - got);
            got = received().size();
        }
        assertEquals(List.of(50, 100, 200, 400, 450), sizes);
        assertEquals(5, pinterest.requests() - requests);
    }

    @Test
    void whatAPauseHoldsBackIsReadyOnceThePauseIsEnded() throws Exception {
        pinterest.next(Answer.rateLimited(Duration.ofHours(1)));
        store("1");
        clock.tick(LINGER);
        dispatcher.step();
        assertEquals(Optional.of(Duration.ofHours(1)), dispatcher.step());
        outbox.resume(ACCOUNT);
        dispatcher.step();
        assertEquals(List.of("1"), received());
    }

    @Test
    void aPauseIsSharedByAllThatShareTheOutbox() throws Exception {
        Dispatcher other = dispatcher(api, Mode.LIVE);
        pinterest.always(Answer.rateLimited(Duration.ofSeconds(17)));
        storeMany(1000);
        dispatcher.step();
        assertEquals(Optional.of(Duration.ofSeconds(17)), other.step());
        assertEquals(1, pinterest.requests());
        assertTrue(other.stats().pauseReason().contains("429"), other.stats().pauseReason());
    }

    @Test
    void whatACrashLeftClaimedIsSentWhenItsLeaseHasEnded() throws Exception {
        store("1");
        clock.tick(LINGER);
        Batch crashed = outbox.claim(ACCOUNT, 10, 1 << 20, Dispatcher.LEASE).orElseThrow();
        assertEquals(Optional.of(Dispatcher.LEASE), dispatcher.step());
        clock.tick(Dispatcher.LEASE);
        runDry();
        assertEquals(List.of("1"), received());
        assertEquals(0, outbox.settle(crashed, List.of()));
    }

    @Test
    void deadLettersAreKeptAsLongAsTheShopSaysAndTheirRemovalIsCounted() throws Exception {
        pinterest.failEvent("1", "no");
        store("1");
        runDry();
        clock.tick(Duration.ofDays(29));
        dispatcher.step();
        assertEquals(1, deadLetters().size());
        clock.tick(Duration.ofDays(2));
        dispatcher.step();
        assertEquals(List.of(), deadLetters());
    }

    @Test
    void whatPinterestWarnsOfIsLoggedOnceHoweverManyEventsAndAdAccountsItWarnsOf() throws Exception {
        String warned = "{\"events\":[{\"status\":\"processed\",\"warning_message\":\"%s\"}]}";
        List<String> lines;
        try (LogEar ear = new LogEar(Dispatcher.class.getName())) {
            for (String warning : List.of("a canary", "a canary", "another canary", "a canary")) {
                pinterest.next(Answer.of(200, warned.formatted(warning)));
                store(heard.size() + "");
                runDry();
                dispatcher = dispatcher(api, Mode.LIVE); // as of another ad account
            }
            lines = ear.lines();
        }
        assertEquals(4, heard.size(), "the listener hears of each");
        assertEquals(
                List.of(
                        "WARNING Pinterest accepts events and warns (said once): a canary",
                        "WARNING Pinterest accepts events and warns (said once): another canary"),
                lines);
    }

    @Test
    void textsThatNeverEndAreSaidUpToALimit() {
        SaidOnce warnings = new SaidOnce(3);
        List<String> said = Stream.of("a", "b", "a", "c", "c", "d", "e", "a")
                .filter(warnings::isNew)
                .toList();
        assertEquals(List.of("a", "b", "c"), said);
    }
}
