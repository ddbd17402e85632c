// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

import dev.epik.bench.Measured;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Compares the figures of one run with the goals. Goals are ratios of medians, which do not depend on the machine,
 * except the rates of the stores.
 */
public final class Goals {
    private static final String NS = "ns/op";
    private static final String BYTES = "B/op";
    private static final String CPU = "us/event";
    private static final String RATE = "events/s";
    private static final int PAIRS = 7;

    private final Figures figures;
    private final Growth growth;
    private final List<Goal> rows = new ArrayList<>();

    private Goals(List<Measured> measured) {
        figures = new Figures(measured);
        growth = new Growth(measured);
    }

    public static List<Goal> of(List<Measured> measured) {
        Goals goals = new Goals(measured);
        goals.capture();
        goals.server();
        goals.hashing();
        goals.event();
        goals.delivery();
        goals.stores();
        goals.kafka();
        goals.checkout();
        goals.growth();
        goals.script();
        return List.copyOf(goals.rows);
    }

    private void capture() {
        rows.add(Goal.atMost(
                "capture, no click: bytes, Tomcat's texts of headers included", 0, "B", ownBytes("oursNoClick")));
        rows.add(Goal.timesLess("capture, no click: time of naive", 8, own("naiveNoClick") / own("oursNoClick")));
        rows.add(Goal.timesLess(
                "capture, no click: bytes of naive", 20, ownBytes("naiveNoClick") / ownBytes("oursNoClick")));
        rows.add(Goal.timesLess("capture, click: time of naive", 8, own("naiveClick") / own("oursClick")));
    }

    /** Returns the time above that of the request itself; 0 if the noise is larger. */
    private double own(String way) {
        return Math.max(0, figures.median("CaptureBench", way, NS) - figures.median("CaptureBench", "baseline", NS));
    }

    /** Returns whole bytes, because the profiler spreads the allocations of other threads over all operations. */
    private double ownBytes(String way) {
        double above = figures.median("CaptureBench", way, BYTES) - figures.median("CaptureBench", "baseline", BYTES);
        return Double.isNaN(above) ? above : Math.max(0, Math.rint(above));
    }

    private void server() {
        server("server: CPU per request, to no filter", "us/request", false);
        server("server: requests/s, to no filter", "requests/s", true);
    }

    /** Adds the goal that the filter costs no more than the noise: the ratio of the two runs without a filter. */
    private void server(String what, String figure, boolean moreIsBetter) {
        List<Double> noise = figures.paired("ServerBench", figure, "noFilterAgain", "noFilter");
        List<Double> ours = figures.paired("ServerBench", figure, "ours", "noFilter");
        String goal = "inside the noise, " + PAIRS + " rounds";
        if (noise.isEmpty() || ours.isEmpty()) {
            rows.add(new Goal(what, goal, "", GoalResult.NOT_MEASURED));
            return;
        }
        double low = Math.min(1, Collections.min(noise));
        double high = Math.max(1, Collections.max(noise));
        double ratio = new Measured("", "", "", ours).median();
        boolean holds = moreIsBetter ? ratio >= low : ratio <= high;
        String measured = Digits.times(ratio) + " (noise " + Digits.of(low) + " to " + Digits.of(high) + ", "
                + ours.size() + " rounds)";
        rows.add(new Goal(what, goal, measured, GoalResult.of(holds && ours.size() >= PAIRS)));
    }

    private void hashing() {
        rows.add(Goal.timesAtMost("hashing 8 values: to bare digests", 1.8, time("HashBench", "ours", "bareDigests")));
        rows.add(Goal.timesLess("hashing 8 values: Meta's SDK", 4, time("HashBench", "metaSdk", "ours")));
        double bytes = Math.rint(figures.median("HashBench", "ours", BYTES));
        rows.add(Goal.atMost("hashing 8 values: bytes, steady", 0, "B", bytes));
    }

    private void event() {
        rows.add(Goal.timesLess("event to JSON: Meta's SDK", 7, time("EventJsonBench", "metaSdk", "ours")));
        rows.add(Goal.timesLess(
                "event to JSON: databind without hashing", 1, time("EventJsonBench", "databindNoHash", "ours")));
    }

    private double time(String bench, String over, String under) {
        return figures.ratio(bench, NS, over, under);
    }

    private void delivery() {
        rows.add(Goal.timesLess("delivery CPU: Meta's serialiser", 3, cpu("metaSdk", "oursMemory")));
        rows.add(Goal.timesLess("delivery CPU: Snowplow", 3, cpu("snowplow", "oursMemory")));
        rows.add(Goal.timesLess("delivery CPU: naive", 6, cpu("naive", "oursMemory")));
    }

    private double cpu(String over, String under) {
        return figures.ratio("DeliveryBench", CPU, over, under);
    }

    private void stores() {
        double added = figures.median("OutboxBench", "sqliteAdd", "ops/s");
        rows.add(Goal.atLeast("SQLite: stored from 32 callers", 20_000, RATE, added));
        rows.add(Goal.timesAtMost("SQLite: bulk CPU to in memory", 2, cpu("oursSqlite", "oursMemory")));
        onPostgres("PostgreSQL, end to end, in bulk: ", "oursBulk");
        onPostgres("PostgreSQL, end to end, one by one: ", "oursPostgres");
        onPostgres("PostgreSQL, in the shop's transactions: ", "oursInTransaction");
    }

    private void onPostgres(String what, String ours) {
        for (String peer : List.of("gruelbox", "dbScheduler")) {
            rows.add(Goal.timesLess(what + peer, 20, figures.ratio("EndToEndBench", RATE, ours, peer)));
        }
    }

    private void kafka() {
        rows.add(Goal.timesLess(
                "Kafka: stored, to a bare producer",
                0.8,
                figures.ratio("KafkaStoreBench", RATE, "ours", "bareProducer")));
        rows.add(Goal.timesAtMost(
                "Kafka: delivery CPU to in memory",
                1.5,
                figures.ratio("KafkaDeliveryBench", CPU, "oursKafka", "oursMemory")));
    }

    private void checkout() {
        for (String state : List.of("down", "stalled", "throttling")) {
            double ratio = figures.ratio("CheckoutBench", "p99 us", state, "healthy");
            rows.add(Goal.timesAtMost("checkout p99: Pinterest " + state + ", to healthy", 1.2, ratio));
        }
    }

    private void growth() {
        rows.add(Goal.timesAtMost(
                "claim: 1 M waiting to 1 k, worst store", 1.5, growth.worst("OutboxBench", NS, "waiting")));
        rows.add(Goal.timesAtMost(
                "claim: bytes, 1 M waiting to 1 k", 1.5, growth.worst("OutboxBench", BYTES, "waiting")));
        rows.add(Goal.timesAtMost("capture: 50 cookies to 1", 1.5, ownOf("50/50") / ownOf("1/50")));
        double steepest = Math.max(ownOf("1/500") / ownOf("1/50") / 10, ownOf("1/2000") / ownOf("1/500") / 4);
        rows.add(Goal.timesAtMost("capture: steepest growth to the query's own", 1.1, steepest));
    }

    /**
     * Returns the time above that of the request itself, at least 1 ns, because less cannot be distinguished from
     * noise.
     *
     * @param request the number of cookies and the length of the query
     */
    private double ownOf(String request) {
        double whole = figures.median("CaptureGrowthBench", "noClick:request=" + request, NS);
        return Math.max(1, whole - figures.median("CaptureGrowthBench", "filled:request=" + request, NS));
    }

    private void script() {
        double gzip = figures.median("ScriptBench", "ours", "gzip bytes");
        rows.add(Goal.atMost("script, gzip", 1_024, "B", gzip));
        rows.add(Goal.timesLess(
                "script, gzip: Meta's browser builder",
                15,
                figures.ratio("ScriptBench", "gzip bytes", "metaBuilder", "ours")));
    }
}
