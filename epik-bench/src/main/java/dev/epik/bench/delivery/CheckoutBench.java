// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Measured;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures how long {@code submit} into a file takes while Pinterest is healthy, down, stalled or throttling. */
public final class CheckoutBench {
    private CheckoutBench() {}

    /**
     * Runs all states in turns in one process.
     *
     * @param isShort runs few submits once, and only checks that each event is stored and arrives
     */
    public static List<Measured> run(boolean isShort) throws Exception {
        CheckoutRun turn = isShort ? CheckoutRun.SHORT : CheckoutRun.FULL;
        try (CountingStub healthy = CountingStub.start(PinterestState.HEALTHY);
                CountingStub stalled = CountingStub.start(PinterestState.STALLED);
                CountingStub throttling = CountingStub.start(PinterestState.THROTTLING)) {
            List<String> words = new ArrayList<>(List.of(
                    healthy.uri().toString(),
                    PinterestState.nowhere().toString(),
                    stalled.uri().toString(),
                    throttling.uri().toString()));
            words.addAll(turn.words());
            List<String> lines = BenchJvm.run(isShort, CheckoutProcess.class, words, CheckoutResult.MARK);
            healthy.arrivals().mustBe(turn.warmUp(), turn.rounds() * turn.submits());
            return measured(lines.stream().map(CheckoutResult::of).toList());
        }
    }

    private static List<Measured> measured(List<CheckoutResult> all) {
        Map<List<String>, List<Double>> figures = new LinkedHashMap<>();
        for (CheckoutResult took : all) {
            String state = took.state().label();
            figures.computeIfAbsent(List.of(state, "p50 us"), none -> new ArrayList<>())
                    .add(took.p50());
            figures.computeIfAbsent(List.of(state, "p99 us"), none -> new ArrayList<>())
                    .add(took.p99());
            System.err.printf(
                    Locale.ROOT, "CheckoutBench: %-10s p50 %8.1f us, p99 %8.1f us%n", state, took.p50(), took.p99());
        }
        return figures.entrySet().stream()
                .map(each -> new Measured(
                        "CheckoutBench", each.getKey().get(0), each.getKey().get(1), each.getValue()))
                .toList();
    }
}
