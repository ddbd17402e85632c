// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench;

import dev.epik.bench.delivery.CheckoutBench;
import dev.epik.bench.delivery.DeliveryBench;
import dev.epik.bench.delivery.EndToEndBench;
import dev.epik.bench.delivery.KafkaBench;
import dev.epik.bench.report.Chart;
import dev.epik.bench.report.Goals;
import dev.epik.bench.report.Machine;
import dev.epik.bench.report.Performance;
import dev.epik.bench.report.Results;
import dev.epik.bench.report.Table;
import dev.epik.bench.script.ScriptBench;
import dev.epik.bench.server.ServerBench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Runs all benches, or the named ones, and prints which goals are met. The short form only checks that all candidates
 * do the same.
 */
public final class Bench {
    private static final Map<String, Part> PARTS = new LinkedHashMap<>();

    static {
        PARTS.put("DeliveryBench", DeliveryBench::run);
        PARTS.put("EndToEndBench", EndToEndBench::run);
        PARTS.put("CheckoutBench", CheckoutBench::run);
        PARTS.put("KafkaBench", KafkaBench::run);
        PARTS.put("ServerBench", ServerBench::run);
        PARTS.put("ScriptBench", ScriptBench::run);
    }

    private Bench() {}

    public static void main(String[] words) throws Exception {
        Arguments arguments;
        try {
            arguments = Arguments.of(words);
            checkNames(arguments.only());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        Path from = arguments.from();
        Results results = from == null ? measured(arguments) : Results.read(from);
        if (results.isShort()) {
            System.out.println(
                    "All candidates returned the same result. The times of the short form are not meaningful.");
            return;
        }
        System.out.print(Table.of(Goals.of(results.measured())).text());
        document(results);
    }

    /** Returns the directory of the result file; {@code epik.bench.target} overrides it. */
    public static Path target() {
        return Path.of(System.getProperty("epik.bench.target", "epik-bench/target"));
    }

    private static void checkNames(Set<String> only) {
        Set<String> unknown = new TreeSet<>(only);
        unknown.removeAll(JmhBenches.NAMES);
        unknown.removeAll(PARTS.keySet());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "Unknown bench: " + unknown + "; known benches: " + JmhBenches.NAMES + " and " + PARTS.keySet());
        }
    }

    /** Runs the benches. Writes the results after each one, so that they are kept if a later one fails. */
    private static Results measured(Arguments arguments) throws Exception {
        Path file = target().resolve(arguments.isShort() ? "bench-results-short.json" : "bench-results.json");
        Results results = earlier(arguments, file);
        String today = LocalDate.now(ZoneOffset.UTC).toString();
        List<String> jmh = JmhBenches.NAMES.stream().filter(arguments::wants).toList();
        if (!jmh.isEmpty()) {
            results = results.with(JmhBenches.run(jmh, arguments.isShort(), arguments.jmh()), today);
            results.write(file);
        }
        for (Map.Entry<String, Part> part : PARTS.entrySet()) {
            if (arguments.wants(part.getKey())) {
                results = results.with(part.getValue().run(arguments.isShort()), today);
                results.write(file);
            }
        }
        return results;
    }

    /** Returns the earlier results of this machine, which {@code --only} keeps. */
    private static Results earlier(Arguments arguments, Path file) throws IOException {
        Machine here = Machine.here();
        if (!arguments.only().isEmpty() && Files.exists(file)) {
            Results earlier = Results.read(file);
            if (earlier.machine().equals(here)) {
                return earlier;
            }
            System.err.println("The earlier results are from another machine or JDK and are discarded.");
        }
        return Results.none(arguments.isShort(), here);
    }

    private static void document(Results results) throws IOException {
        Path docs = target().resolve("../../docs").normalize();
        Path document = docs.resolve("performance.md");
        Files.writeString(document, Performance.written(Files.readString(document), results));
        Chart.write(docs.resolve("performance.png"), results);
    }

    /** A bench that JMH does not run. */
    private interface Part {
        List<Measured> run(boolean isShort) throws Exception;
    }
}
