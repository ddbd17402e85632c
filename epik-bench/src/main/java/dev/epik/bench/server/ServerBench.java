// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.server;

import dev.epik.bench.Measured;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Measures requests per second and CPU time per request of a server with and without a filter. Each round starts a new
 * process per setup. Within a round the setups take turns of half a second, so that a slowdown of the machine affects
 * all.
 */
public final class ServerBench {
    private static final int ROUNDS = 8;
    private static final double TURN_SECONDS = 0.5;
    private static final int WARM_UP_TURNS = 10;
    private static final int MAX_WARM_UP_TURNS = 60;
    private static final int WARM_UP_REQUESTS = 60_000;

    /** A multiple of the number of setups, so that each one is first, second, third and last equally often. */
    private static final int TURNS = 12;

    private static final double SHORT_SECONDS = 0.3;
    private static final int DIFFERENT_REQUESTS = 300;

    private final Map<FilterSetup, List<Double>> requestsPerSecond = new EnumMap<>(FilterSetup.class);
    private final Map<FilterSetup, List<Double>> microsPerRequest = new EnumMap<>(FilterSetup.class);
    private String page = "";

    private ServerBench() {}

    public static List<Measured> run(boolean isShort) throws IOException, InterruptedException {
        ServerBench bench = new ServerBench();
        FilterSetup[] ways = FilterSetup.values();
        int rounds = isShort ? 1 : ROUNDS;
        for (int round = 0; round < rounds; round++) {
            bench.round(isShort);
            System.err.println("ServerBench: round " + (round + 1) + " of " + rounds);
        }
        List<Measured> measured = new ArrayList<>();
        for (FilterSetup way : ways) {
            measured.add(figure(way, "requests/s", bench.requestsPerSecond));
            measured.add(figure(way, "us/request", bench.microsPerRequest));
        }
        return measured;
    }

    private static Measured figure(FilterSetup way, String figure, Map<FilterSetup, List<Double>> figures) {
        return new Measured("ServerBench", way.name(), figure, rounds(figures, way));
    }

    private static List<Double> rounds(Map<FilterSetup, List<Double>> figures, FilterSetup way) {
        return figures.computeIfAbsent(way, none -> new ArrayList<>());
    }

    private void round(boolean isShort) throws IOException, InterruptedException {
        List<FilterRun> all = new ArrayList<>();
        try {
            for (FilterSetup way : FilterSetup.values()) {
                FilterRun turns = new FilterRun(way, Visits.of(DIFFERENT_REQUESTS));
                all.add(turns);
                check(way, turns.port());
            }
            if (!isShort) {
                warmUp(all);
            }
            for (int turn = 0; turn < (isShort ? 1 : TURNS); turn++) {
                for (FilterRun next : all) {
                    next.measure(isShort ? SHORT_SECONDS : TURN_SECONDS);
                }
                Collections.rotate(all, 1);
            }
            for (FilterRun done : all) {
                rounds(requestsPerSecond, done.way).add(done.requestsPerSecond());
                rounds(microsPerRequest, done.way).add(done.microsPerRequest());
            }
        } finally {
            for (FilterRun turns : all) {
                turns.close();
            }
        }
    }

    /**
     * Warms up for a minimum time, and on a busy machine until enough requests were sent for the compiler to finish.
     */
    private static void warmUp(List<FilterRun> all) throws IOException, InterruptedException {
        for (int turn = 0; turn < MAX_WARM_UP_TURNS; turn++) {
            if (turn >= WARM_UP_TURNS && all.stream().allMatch(each -> each.warmedUp() >= WARM_UP_REQUESTS)) {
                return;
            }
            for (FilterRun next : all) {
                next.warmUp(TURN_SECONDS);
            }
        }
    }

    /** Checks that every setup serves the same page, and that only the setups with a filter store a click. */
    private void check(FilterSetup way, int port) throws IOException {
        try (Browser browser = new Browser(port)) {
            String landed = browser.text(Visits.landing(1));
            String other = browser.text(Visits.page(1));
            page = page.isEmpty() ? Browser.body(landed) : page;
            String cookie = Browser.header(landed, "set-cookie");
            boolean isRight =
                    way.keepsClicks() ? cookie.startsWith("_epik=" + Visits.clickId(1) + ";") : cookie.isEmpty();
            if (!isRight || !Browser.header(other, "set-cookie").isEmpty()) {
                throw new IllegalStateException(way + " responded to a click with the cookie \"" + cookie + '"');
            }
            if (!Browser.body(landed).equals(page) || !Browser.body(other).equals(page)) {
                throw new IllegalStateException(way + " served another page");
            }
        }
    }
}
