// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

import dev.epik.bench.scale.Policy.Eviction;
import dev.epik.bench.scale.Policy.Patience;
import dev.epik.bench.scale.Policy.Retry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Simulates a day of 10,000 ad accounts and 100 workers, compares the rules of a worker, prints both, and writes the
 * tables and plots of {@code docs/scale.md}. The short form simulates half an hour of 1,000 ad accounts and 10 workers
 * and writes nothing, unless {@code --docs} is given.
 */
public final class ScaleSimulation {
    static final String USAGE = "ScaleSimulation [--short] [--seed NUMBER] [--docs DIRECTORY]";
    private static final Path DOCS = Path.of("docs");

    private ScaleSimulation() {}

    public static void main(String[] words) throws IOException {
        boolean isShort = false;
        long seed = 1;
        Path docs = null;
        try {
            for (int i = 0; i < words.length; i++) {
                switch (words[i]) {
                    case "--short" -> isShort = true;
                    case "--seed" -> seed = Long.parseLong(words[++i]);
                    case "--docs" -> docs = Path.of(words[++i]);
                    default -> throw new IllegalArgumentException("Unknown option: " + words[i]);
                }
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            System.err.println(e.getMessage() + "\n" + USAGE);
            System.exit(2);
            return;
        }
        run(isShort, seed, docs == null && !isShort ? DOCS : docs);
    }

    /**
     * Runs all simulations and prints their tables.
     *
     * @param docs the directory of {@code scale.md}; null: no file is written
     */
    static void run(boolean isShort, long seed, @Nullable Path docs) throws IOException {
        Scenario day = isShort ? Scenario.small(seed) : Scenario.day(seed);
        Scenario comparison = isShort ? Scenario.small(seed) : Scenario.comparison(seed);
        List<Policy> policies = policies();
        List<Statistics> results = IntStream.rangeClosed(0, policies.size())
                .parallel() // simulations share nothing
                .mapToObj(i -> i == 0
                        ? Simulation.run(day, Policy.RECOMMENDED)
                        : Simulation.run(comparison, policies.get(i - 1)))
                .toList();
        Statistics ofDay = results.get(0);
        Map<Policy, Statistics> byPolicy = new LinkedHashMap<>();
        for (int i = 0; i < policies.size(); i++) {
            byPolicy.put(policies.get(i), results.get(i + 1));
        }
        System.out.print(ScaleReport.day(ofDay).text() + "\n");
        System.out.print(ScaleReport.totals(ofDay).text() + "\n");
        System.out.print(ScaleReport.comparison(byPolicy).text());
        if (docs != null) {
            ScaleReport.writePlots(docs.resolve("scale"), ofDay);
            ScaleReport.writePage(docs.resolve("scale.md"), ofDay, byPolicy);
        }
    }

    /** Returns the rules that are compared: each differs from the planned or the recommended ones in few points. */
    static List<Policy> policies() {
        Policy planned = Policy.PLANNED;
        Policy best = Policy.RECOMMENDED;
        List<Policy> all = new ArrayList<>();
        all.add(planned);
        all.add(planned.withName("planned, two retry topics").withRetry(best.retry()));
        all.add(planned.withName("planned, two retry topics, moved by pause")
                .withRetry(best.retry())
                .withPatience(Patience.PAUSED));
        all.add(best);
        all.add(best.withName("key: ad account and eighth").withKey(Policy.Key.ACCOUNT_AND_EIGHTH));
        all.add(best.withName("key: ad account and event").withKey(Policy.Key.ACCOUNT_AND_EVENT));
        all.add(best.withName("window 1,000").withWindow(1000));
        all.add(best.withName("window 20,000").withWindow(20_000));
        all.add(best.withName("evict all refused").withEviction(Eviction.REFUSED));
        all.add(best.withName("evict nothing").withEviction(Eviction.NONE));
        all.add(best.withName("evict nothing, 500 per ad account")
                .withEviction(Eviction.NONE)
                .withAccountLimit(500));
        all.add(best.withName("one retry topic").withRetry(new Retry(60_000, 600_000, 3, 1)));
        all.add(best.withName("retry after 1 minute").withRetry(new Retry(60_000, 60_000, 3, 2)));
        all.add(best.withName("retry after 10 minutes").withRetry(new Retry(600_000, 600_000, 3, 2)));
        return all;
    }
}
