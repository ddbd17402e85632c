// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs JMH and converts its results to {@link Measured}: one round per iteration. */
final class JmhBenches {
    static final List<String> NAMES =
            List.of("CaptureBench", "CaptureGrowthBench", "HashBench", "EventJsonBench", "OutboxBench");

    private static final int FORKS = 2;
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private JmhBenches() {}

    /** Runs the forks of all benches in turns, so that a temporary slowdown of the machine affects all of them. */
    static List<Measured> run(List<String> names, boolean isShort, List<String> arguments)
            throws CommandLineOptionException, RunnerException {
        if (isShort) {
            System.setProperty(
                    "jmh.ignoreLock",
                    "true"); // the short form measures nothing, so another JMH process cannot disturb it
        }
        CommandLineOptions given = new CommandLineOptions(arguments.toArray(String[]::new));
        int forks = given.getForkCount().orElse(isShort ? 0 : FORKS);
        Options options = options(names, isShort, given, Math.min(forks, 1));
        var output =
                OutputFormatFactory.createFormatInstance(System.err, isShort ? VerboseMode.SILENT : VerboseMode.NORMAL);
        Map<Measured, List<Double>> rounds = new LinkedHashMap<>();
        for (int fork = 0; fork < Math.max(forks, 1); fork++) {
            for (RunResult result : new Runner(options, output).run()) {
                add(result, rounds);
            }
        }
        return rounds.entrySet().stream()
                .map(each -> new Measured(
                        each.getKey().bench(),
                        each.getKey().way(),
                        each.getKey().figure(),
                        each.getValue()))
                .toList();
    }

    private static Options options(List<String> names, boolean isShort, CommandLineOptions given, int forks) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .parent(given)
                .include("\\.(" + String.join("|", names) + ")\\.")
                .shouldFailOnError(true)
                .addProfiler(GCProfiler.class)
                .forks(forks)
                .warmupIterations(given.getWarmupIterations().orElse(isShort ? 0 : 3))
                .warmupTime(given.getWarmupTime().orElse(TimeValue.seconds(1)))
                .measurementIterations(given.getMeasurementIterations().orElse(isShort ? 1 : 5))
                .measurementTime(
                        given.getMeasurementTime().orElse(isShort ? TimeValue.milliseconds(1) : TimeValue.seconds(1)));
        if (isShort) {
            options.param("waiting", "1000");
        }
        return options.build();
    }

    private static void add(RunResult result, Map<Measured, List<Double>> rounds) {
        String name = result.getParams().getBenchmark();
        String method = name.substring(name.lastIndexOf('.') + 1);
        String type = name.substring(0, name.lastIndexOf('.'));
        String bench = type.substring(type.lastIndexOf('.') + 1);
        String way = method + parameters(result.getParams());
        String unit = result.getPrimaryResult().getScoreUnit();
        Measured time = new Measured(bench, way, isRate(unit) ? "ops/s" : "ns/op", List.of());
        Measured bytes = new Measured(bench, way, "B/op", List.of());
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                double score = iteration.getPrimaryResult().getScore() * scale(unit);
                rounds.computeIfAbsent(time, none -> new ArrayList<>()).add(score);
                rounds.computeIfAbsent(bytes, none -> new ArrayList<>()).add(allocated(iteration));
            }
        }
    }

    private static String parameters(BenchmarkParams params) {
        if (params.getParamsKeys().isEmpty()) {
            return "";
        }
        StringJoiner joined = new StringJoiner(",", ":", "");
        for (String key : new TreeSet<>(params.getParamsKeys())) {
            joined.add(key + "=" + params.getParam(key));
        }
        return joined.toString();
    }

    private static double allocated(IterationResult iteration) {
        Result<?> bytes = iteration.getSecondaryResults().get(ALLOCATED);
        return bytes == null ? 0 : bytes.getScore();
    }

    private static boolean isRate(String unit) {
        return unit.startsWith("ops/");
    }

    /** Returns the factor to ns/op or ops/s. */
    private static double scale(String unit) {
        double nanos = switch (unit.replace("ops/", "").replace("/op", "").toLowerCase(Locale.ROOT)) {
            case "ns" -> 1;
            case "us" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            default -> throw new IllegalArgumentException("Unknown JMH unit: " + unit);
        };
        return isRate(unit) ? 1e9 / nanos : nanos;
    }
}
