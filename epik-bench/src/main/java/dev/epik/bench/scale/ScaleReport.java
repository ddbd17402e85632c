// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

import dev.epik.bench.report.Performance;
import dev.epik.bench.report.Table;
import dev.epik.bench.scale.Accounts.Kind;
import dev.epik.bench.scale.Statistics.Minute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Makes the tables and plots of simulations, and writes them into {@code scale.md} and the directory beside it. */
final class ScaleReport {
    private static final int GROUPS = 10;

    private ScaleReport() {}

    /** Returns one row for each policy. */
    static Table comparison(Map<Policy, Statistics> results) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "rules",
                "delay p50",
                "p99",
                "slow p99",
                "throttled p99",
                "recovery p50",
                "p99",
                "moved",
                "of healthy",
                "events per request",
                "requests/s in the outage",
                "429",
                "repeats",
                "waiting, healthy",
                "waiting, throttled"));
        results.forEach((policy, result) -> rows.add(List.of(
                policy.name(),
                seconds(result.calm(Kind.HEALTHY).percentile(0.5)),
                seconds(result.calm(Kind.HEALTHY).percentile(0.99)),
                seconds(result.calm(Kind.SLOW).percentile(0.99)),
                seconds(result.calm(Kind.THROTTLED).percentile(0.99)),
                seconds(result.recovery().percentile(0.5)),
                seconds(result.recovery().percentile(0.99)),
                count(result.moved()),
                count(result.movedHealthy()),
                String.format(Locale.ROOT, "%.2f", result.eventsPerRequest()),
                count(Math.round(result.requestsPerSecondInOutage())),
                count(result.throttled()),
                count(result.repeats()),
                count(result.waiting(Kind.HEALTHY)),
                count(result.waiting(Kind.THROTTLED)))));
        return new Table(rows);
    }

    /** Returns the delays of each kind of ad account, and the repeats. */
    static Table day(Statistics result) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ad accounts", "delay p50", "p99", "max", "waiting at the end"));
        for (Kind kind : Kind.values()) {
            Histogram calm = result.calm(kind);
            rows.add(List.of(
                    kind.name().toLowerCase(Locale.ROOT),
                    seconds(calm.percentile(0.5)),
                    seconds(calm.percentile(0.99)),
                    seconds(calm.max()),
                    count(result.waiting(kind))));
        }
        return new Table(rows);
    }

    /** Returns the totals of a day. */
    static Table totals(Statistics result) {
        return new Table(List.of(
                List.of("of the day", ""),
                List.of("events submitted", count(result.created())),
                List.of("events accepted", count(result.accepted())),
                List.of("events accepted a second time, after deaths and moved partitions", count(result.repeats())),
                List.of("requests", count(result.requests())),
                List.of("requests/s in the outage", count(Math.round(result.requestsPerSecondInOutage()))),
                List.of("records moved to a retry topic", count(result.moved())),
                List.of("of these, of healthy ad accounts", count(result.movedHealthy())),
                List.of(
                        "after the outage: half of its healthy events accepted within",
                        seconds(result.recovery().percentile(0.5))),
                List.of("99 % within", seconds(result.recovery().percentile(0.99))),
                List.of("all within", seconds(result.recovery().max()))));
    }

    /** Writes the plots of a day. */
    static void writePlots(Path directory, Statistics day) throws IOException {
        Files.createDirectories(directory);
        List<Minute> minutes = day.minutes();
        double[] hours = values(minutes, minute -> minute.end() / (double) Scenario.HOUR);
        write(
                directory.resolve("backlog.svg"),
                new LinePlot("Events that wait (simulated)", "hour", "events", true)
                        .add("healthy", hours, values(minutes, minute -> waiting(minute, Kind.HEALTHY)))
                        .add("slow", hours, values(minutes, minute -> waiting(minute, Kind.SLOW)))
                        .add("throttled", hours, values(minutes, minute -> waiting(minute, Kind.THROTTLED)))
                        .add("revoked", hours, values(minutes, minute -> waiting(minute, Kind.REVOKED))));
        write(
                directory.resolve("delay.svg"),
                new LinePlot("Delay of events, by the minute of their acceptance (simulated)", "hour", "seconds", true)
                        .add("healthy p50", hours, values(minutes, minute -> minute.healthyP50() / 1000.0))
                        .add("healthy p99", hours, values(minutes, minute -> minute.healthyP99() / 1000.0))
                        .add("healthy max", hours, values(minutes, minute -> minute.healthyMax() / 1000.0))
                        .add("slow p99", hours, values(minutes, minute -> p99(minute, Kind.SLOW)))
                        .add("throttled p99", hours, values(minutes, minute -> p99(minute, Kind.THROTTLED))));
        write(
                directory.resolve("retry.svg"),
                new LinePlot("Records moved to a retry topic in each minute (simulated)", "hour", "records", false)
                        .add("all", hours, values(minutes, Minute::moved))
                        .add("of healthy", hours, values(minutes, Minute::movedHealthy)));
        write(
                directory.resolve("repeats.svg"),
                new LinePlot("Events accepted a second time in each minute (simulated)", "hour", "events", false)
                        .add("repeats", hours, values(minutes, Minute::repeats)));
        write(directory.resolve("fairness.svg"), fairness(day));
    }

    private static LinePlot fairness(Statistics day) {
        double[] tenths = new double[GROUPS];
        double[] calmP50 = new double[GROUPS];
        double[] calmP99 = new double[GROUPS];
        double[] recoveryP99 = new double[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            tenths[i] = i + 1.0;
            calmP50[i] = day.calmOfTenth(i).percentile(0.5) / 1000.0;
            calmP99[i] = day.calmOfTenth(i).percentile(0.99) / 1000.0;
            recoveryP99[i] = day.recoveryOfTenth(i).percentile(0.99) / 1000.0;
        }
        String x = "tenth of the healthy ad accounts by size: 1 has the largest, 10 the smallest";
        return new LinePlot("Delay by size of the ad account (simulated)", x, "seconds", true)
                .add("p50", tenths, calmP50)
                .add("p99", tenths, calmP99)
                .add("p99 after outage", tenths, recoveryP99);
    }

    /** Replaces the tables between the markers of the page. */
    static void writePage(Path page, Statistics day, Map<Policy, Statistics> results) throws IOException {
        String text = Files.readString(page);
        text = Performance.replaced(text, "day", day(day).markdown());
        text = Performance.replaced(text, "totals", totals(day).markdown());
        text = Performance.replaced(text, "comparison", comparison(results).markdown());
        Files.writeString(page, text);
    }

    private static void write(Path file, LinePlot plot) throws IOException {
        Files.writeString(file, plot.svg());
    }

    private static double[] values(List<Minute> minutes, ToDoubleFunction<Minute> value) {
        return minutes.stream().mapToDouble(value).toArray();
    }

    private static double waiting(Minute minute, Kind kind) {
        return minute.waiting().getOrDefault(kind, 0L);
    }

    private static double p99(Minute minute, Kind kind) {
        return minute.p99().getOrDefault(kind, 0) / 1000.0;
    }

    private static String seconds(int millis) {
        return String.format(Locale.ROOT, millis < 10_000 ? "%.1f s" : "%,.0f s", millis / 1000.0);
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
