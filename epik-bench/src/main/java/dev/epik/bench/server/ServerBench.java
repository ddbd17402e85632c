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
 * What a filter costs a page: no filter, ours, a naive one, and no filter again. Each round has a fresh process for each
 * way, and within it they take turns of half a second, so that what slows the machine down slows all of them.
 */
public final class ServerBench {
    private static final int ROUNDS = 8;
    private static final double TURN_SECONDS = 0.5;
    private static final int WARM_UP_TURNS = 10;
    private static final int MOST_WARM_UP_TURNS = 60;
    private static final int WARM_UP_REQUESTS = 60_000;

    /** A multiple of the ways, so that each is first, second, third and last equally often. */
    private static final int TURNS = 12;

    private static final double SHORT_SECONDS = 0.3;
    private static final int DIFFERENT_REQUESTS = 300;

    private final Map<Way, List<Double>> requestsPerSecond = new EnumMap<>(Way.class);
    private final Map<Way, List<Double>> microsPerRequest = new EnumMap<>(Way.class);
    private String page = "";

    private ServerBench() {}

    public static List<Measured> run(boolean isShort) throws IOException, InterruptedException {
        ServerBench bench = new ServerBench();
        Way[] ways = Way.values();
        int rounds = isShort ? 1 : ROUNDS;
        for (int round = 0; round < rounds; round++) {
            bench.round(isShort);
            System.err.println("ServerBench: round " + (round + 1) + " of " + rounds);
        }
        List<Measured> measured = new ArrayList<>();
        for (Way way : ways) {
            measured.add(figure(way, "requests/s", bench.requestsPerSecond));
            measured.add(figure(way, "us/request", bench.microsPerRequest));
        }
        return measured;
    }

    private static Measured figure(Way way, String figure, Map<Way, List<Double>> figures) {
        return new Measured("ServerBench", way.name(), figure, rounds(figures, way));
    }

    private static List<Double> rounds(Map<Way, List<Double>> figures, Way way) {
        return figures.computeIfAbsent(way, none -> new ArrayList<>());
    }

    private void round(boolean isShort) throws IOException, InterruptedException {
        List<Turns> all = new ArrayList<>();
        try {
            for (Way way : Way.values()) {
                Turns turns = new Turns(way, Visits.of(DIFFERENT_REQUESTS));
                all.add(turns);
                check(way, turns.port());
            }
            if (!isShort) {
                warmUp(all);
            }
            for (int turn = 0; turn < (isShort ? 1 : TURNS); turn++) {
                for (Turns next : all) {
                    next.measure(isShort ? SHORT_SECONDS : TURN_SECONDS);
                }
                Collections.rotate(all, 1);
            }
            for (Turns done : all) {
                rounds(requestsPerSecond, done.way).add(done.requestsPerSecond());
                rounds(microsPerRequest, done.way).add(done.microsPerRequest());
            }
        } finally {
            for (Turns turns : all) {
                turns.close();
            }
        }
    }

    /** For a time, and on a busy machine until enough was asked for the compiler to be done. */
    private static void warmUp(List<Turns> all) throws IOException, InterruptedException {
        for (int turn = 0; turn < MOST_WARM_UP_TURNS; turn++) {
            if (turn >= WARM_UP_TURNS && all.stream().allMatch(each -> each.warmedUp() >= WARM_UP_REQUESTS)) {
                return;
            }
            for (Turns next : all) {
                next.warmUp(TURN_SECONDS);
            }
        }
    }

    /** Every way serves the same page; a click is kept by those that keep clicks, and by no other. */
    private void check(Way way, int port) throws IOException {
        try (Browser browser = new Browser(port)) {
            String landed = browser.text(Visits.landing(1));
            String other = browser.text(Visits.page(1));
            page = page.isEmpty() ? Browser.body(landed) : page;
            String cookie = Browser.header(landed, "set-cookie");
            boolean isRight =
                    way.keepsClicks() ? cookie.startsWith("_epik=" + Visits.clickId(1) + ";") : cookie.isEmpty();
            if (!isRight || !Browser.header(other, "set-cookie").isEmpty()) {
                throw new IllegalStateException(way + " answered a click with the cookie \"" + cookie + '"');
            }
            if (!Browser.body(landed).equals(page) || !Browser.body(other).equals(page)) {
                throw new IllegalStateException(way + " served another page");
            }
        }
    }
}
