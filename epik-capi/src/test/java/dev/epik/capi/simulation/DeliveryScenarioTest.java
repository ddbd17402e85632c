// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.SilentLog;
import dev.epik.capi.delivery.RealEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks delivery with poison events, outages and many ad accounts, on simulated time. */
class DeliveryScenarioTest {
    @RegisterExtension
    static final SilentLog LOG = SilentLog.ofEpik();

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static Scenario scenario(long seed) {
        return new Scenario(RealEngine::new, seed);
    }

    // --- poison events

    static Stream<Arguments> poisonAndSales() {
        return Stream.of(Poison.S400, Poison.S403, Poison.S500, Poison.NO_ANSWER, Poison.SHORT)
                .flatMap(poison -> Stream.of(Duration.ofMinutes(30), Duration.ofMinutes(2), Duration.ofHours(10))
                        .map(each -> Arguments.of(poison, each)));
    }

    @ParameterizedTest
    @MethodSource("poisonAndSales")
    void poisonEventMakesNoOtherEventLate(Poison poison, Duration each) {
        Scenario scenario = scenario(1);
        Duration end = Duration.ofDays(3);
        scenario.addAccounts(1);
        scenario.start();
        scenario.storeEvery(each, MINUTE, end, "1");
        scenario.storeAt(HOUR, "1", poison);
        scenario.runUntil(end.plus(HOUR.multipliedBy(2)));
        assertEquals(List.of(), scenario.missing());
        assertTrue(scenario.laterThan(HOUR) <= 2, () -> scenario.laterThan(HOUR) + " events are over an hour late");
    }

    @ParameterizedTest
    @EnumSource(names = {"S400", "S500"})
    @Tag("full")
    void backlogOf100000WithOnePercentPoisonIsDelivered(Poison poison) {
        Scenario scenario = scenario(2);
        scenario.addAccounts(1);
        int events = 100_000;
        for (int i = 0; i < events; i++) {
            scenario.store("1", scenario.random.nextInt(100) == 0 ? poison : Poison.NONE, Duration.ofMinutes(50));
        }
        scenario.start();
        scenario.runUntil(Duration.ofHours(4));
        assertEquals(List.of(), scenario.missing());
        System.out.println("EPIK: 1 % of 100,000 is " + poison + ": all others delivered after "
                + Scenario.delays(scenario.events()).max().orElse(0) / 60_000_000_000L + " min, "
                + scenario.requests() + " requests so far");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aPoisonEventAloneInItsAdAccountWaitsAndCostsLittle(Poison poison) {
        Scenario scenario = scenario(3);
        scenario.addAccounts(2);
        scenario.start();
        scenario.storeAt(MINUTE, "1", poison);
        scenario.storeEvery(Duration.ofMinutes(10), MINUTE, Duration.ofHours(20), "2");
        scenario.runUntil(Duration.ofHours(20));
        long others = scenario.events().size() - 1L;
        long requests = scenario.requests() - others;
        assertTrue(requests <= 150, () -> requests + " requests for one poison event in 20 hours");
        assertEquals(0, scenario.laterThan(Duration.ofSeconds(5)));
        if (poison != Poison.S413) {
            assertEquals(0, scenario.dead(), "nothing else says that the event is at fault");
        }
    }

    // --- outages

    @ParameterizedTest
    @ValueSource(ints = {5, 20, 50, 80})
    void random400sMakeNoDeadLetter(int percent) {
        for (int seed = 0; seed < 20; seed++) {
            Scenario scenario = scenario(seed);
            scenario.addAccounts(1);
            scenario.start();
            scenario.storeEvery(Duration.ofSeconds(5), MINUTE, MINUTE.plus(HOUR), "1");
            scenario.outage(Outage.Kind.S400, "", MINUTE, MINUTE.plus(HOUR), percent / 100.0);
            scenario.runUntil(Duration.ofHours(4));
            assertEquals(0, scenario.dead(), "seed " + seed);
            assertEquals(List.of(), scenario.missing(), "seed " + seed);
        }
    }

    @Test
    @Tag("full")
    void millionEventsWith100PoisonEventsAreDrainedIn20Minutes() {
        Scenario scenario = scenario(4);
        scenario.latency(Duration.ofMillis(150), Duration.ofNanos(350_000));
        scenario.addAccounts(1);
        int backlog = 1_000_000;
        Duration outage = Duration.ofHours(3);
        for (int i = 0; i < backlog; i++) {
            Poison poison = i % 10_000 == 5_000 ? i % 20_000 == 5_000 ? Poison.S400 : Poison.S500 : Poison.NONE;
            scenario.store("1", poison, outage.multipliedBy(backlog - i).dividedBy(backlog));
        }
        scenario.start();
        Duration end = Duration.ofMinutes(20);
        scenario.storeEvery(Duration.ofNanos(1_000_000_000L / 93), Duration.ZERO, end, "1");
        scenario.runUntil(end);
        List<SimEvent> late = scenario.missing().stream()
                .filter(event -> event.acknowledgedAt < end.minusSeconds(30).toNanos())
                .toList();
        assertEquals(0, late.size(), "events that are still not delivered");
        System.out.println("EPIK: a backlog of 1,000,000 with 100 poison events: drained after "
                + Scenario.delays(scenario.events().subList(0, backlog)).max().orElse(0) / 1_000_000_000L
                + " s, fresh sales at most "
                + Scenario.delays(scenario.events()
                                        .subList(backlog, scenario.events().size()))
                                .max()
                                .orElse(0)
                        / 1_000_000_000L
                + " s late");
    }

    // --- many ad accounts

    @Test
    void smallAdAccountsTakeAtMostThreeTimesAsLongAsAlone() {
        long alone = slowestOfSmall(0);
        long together = slowestOfSmall(100_000);
        assertTrue(together <= 3 * alone, () -> together / 1e9 + " s beside a large one, " + alone / 1e9 + " s alone");
    }

    private static long slowestOfSmall(int eventsOfTheLargeOne) {
        Scenario scenario = scenario(5);
        int small = 10_000;
        scenario.latency(Duration.ofMillis(200), Duration.ZERO);
        scenario.addAccounts(small + 1);
        List<SimEvent> events = new ArrayList<>();
        for (int i = 0; i < eventsOfTheLargeOne; i++) {
            scenario.store("" + (small + 1), Poison.NONE, Duration.ZERO);
        }
        for (int i = 1; i <= small; i++) {
            events.add(scenario.store("" + i, Poison.NONE, Duration.ZERO));
        }
        scenario.start();
        scenario.runUntil(Duration.ofMinutes(10));
        assertEquals(List.of(), scenario.missing());
        return Scenario.delays(events).max().orElse(0);
    }

    @Test
    void hangingAdAccountsDelayNoOthers() {
        long without = percentile99(0);
        long with = percentile99(20);
        assertTrue(with <= without * 1.2, () -> with / 1e6 + " ms with 20 that hang, " + without / 1e6 + " ms without");
    }

    private static long percentile99(int hanging) {
        Scenario scenario = scenario(6);
        int accounts = 200;
        scenario.addAccounts(accounts);
        scenario.start();
        Duration end = Duration.ofMinutes(21);
        for (int i = 1; i <= accounts; i++) {
            if (i <= hanging) {
                scenario.outage(Outage.Kind.SILENT, "" + i, Duration.ZERO, end, 1);
            }
            scenario.storeEvery(Duration.ofSeconds(7), Duration.ofMillis(37L * i), end, "" + i);
        }
        scenario.runUntil(end.plus(MINUTE));
        List<SimEvent> others = scenario.events().stream()
                .filter(event -> Integer.parseInt(event.stored.adAccount()) > 20)
                .toList();
        assertTrue(others.stream().allMatch(event -> event.counted == 1));
        long[] delays = Scenario.delays(others).sorted().toArray();
        return delays[delays.length * 99 / 100];
    }

    @Test
    void idleClientQueriesTheStoreOnceAMinute() {
        Scenario scenario = scenario(7);
        scenario.addAccounts(1);
        scenario.start();
        scenario.storeAt(MINUTE, "1", Poison.NONE);
        scenario.runUntil(HOUR);
        long before = callsOfStore(scenario);
        scenario.runUntil(HOUR.multipliedBy(2));
        long calls = callsOfStore(scenario) - before;
        assertTrue(calls >= 59 && calls <= 63, () -> calls + " calls of the store in an idle hour");
        assertEquals(List.of(), scenario.missing());
    }

    private static long callsOfStore(Scenario scenario) {
        return Stream.of(Call.values())
                .filter(Call::isOfStore)
                .mapToLong(scenario::calls)
                .sum();
    }
}
