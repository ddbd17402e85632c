// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Measured;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How long a checkout waits for {@code submit}, into a file, while Pinterest is well, down, stalled, or throttling. */
public final class CheckoutBench {
    private CheckoutBench() {}

    /**
     * In one process, the states by turns.
     *
     * @param isShort few submits, once: whether each is stored, and arrives where it can
     */
    public static List<Measured> run(boolean isShort) throws Exception {
        CheckoutTurn turn = isShort ? CheckoutTurn.SHORT : CheckoutTurn.FULL;
        try (CountingStub healthy = CountingStub.start(Pinterest.HEALTHY);
                CountingStub stalled = CountingStub.start(Pinterest.STALLED);
                CountingStub throttling = CountingStub.start(Pinterest.THROTTLING)) {
            List<String> words = new ArrayList<>(List.of(
                    healthy.uri().toString(),
                    Pinterest.nowhere().toString(),
                    stalled.uri().toString(),
                    throttling.uri().toString()));
            words.addAll(turn.words());
            List<String> lines = Child.run(isShort, CheckoutProcess.class, words, CheckoutTook.MARK);
            healthy.tally().mustBe(turn.warmUp(), turn.rounds() * turn.submits());
            return measured(lines.stream().map(CheckoutTook::of).toList());
        }
    }

    private static List<Measured> measured(List<CheckoutTook> all) {
        Map<List<String>, List<Double>> figures = new LinkedHashMap<>();
        for (CheckoutTook took : all) {
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
