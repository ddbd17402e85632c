// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

import dev.epik.bench.Measured;
import java.util.List;
import java.util.TreeSet;

/**
 * The first paragraphs of {@code docs/performance.md}: what Epik costs a shop, beside other programs and beside the
 * least that any program must do. A sentence whose figures were not measured is left out.
 */
final class Summary {
    private static final int MAX_LINE_LENGTH = 120;

    private final StringBuilder text = new StringBuilder();
    private final Figures figures;

    private Summary(List<Measured> measured) {
        figures = new Figures(measured);
    }

    /** Returns the paragraphs, and how many of the bench's own goals were reached. */
    static String of(Results results) {
        Summary summary = new Summary(results.measured());
        summary.text
                .append("Measured on ")
                .append(String.join(", ", new TreeSet<>(results.dates().values())))
                .append(". A µs is a millionth of a second.\n\n");
        summary.pages();
        summary.checkout();
        summary.delivery();
        summary.browser();
        summary.goals(Goals.of(results.measured()));
        return summary.text.toString();
    }

    private void pages() {
        addBullet(
                "**A page without an ad click** takes %s µs longer with the filter. A filter as most would write it"
                        + " adds %s µs. Reading the query alone, the least that any filter must do, adds %s µs.",
                own("oursNoClick"), own("naiveNoClick"), own("floorNoClick"));
        addBullet(
                "**A landing page with an ad click** takes %s µs longer. The usual filter adds %s µs, the least is %s"
                        + " µs.",
                own("oursClick"), own("naiveClick"), own("floorClick"));
        addBullet(
                "**A web server** serves %s of the requests that it serves without the filter. A second run without the"
                        + " filter served %s of those of the first.",
                percent("ServerBench", "requests/s", "ours", "noFilter"),
                percent("ServerBench", "requests/s", "noFilterAgain", "noFilter"));
    }

    private void checkout() {
        addBullet(
                "**Reporting a sale** takes %s ms in the checkout for half of all sales, and at most %s ms for"
                        + " ninety-nine of a hundred. While Pinterest is down these are %s ms and %s ms.",
                millis("healthy", "p50 us"),
                millis("healthy", "p99 us"),
                millis("down", "p50 us"),
                millis("down", "p99 us"));
        addBullet(
                "**Hashing a customer** takes %s µs. Meta's library takes %s µs, the usual code %s µs. The hash"
                        + " functions alone, the least that is possible, take %s µs.",
                micros("HashBench", "ours"),
                micros("HashBench", "metaSdk"),
                micros("HashBench", "naive"),
                micros("HashBench", "bareDigests"));
        addBullet(
                "**Building the whole event** takes %s µs, hashing included. Meta's library takes %s µs, the usual"
                        + " code %s µs. Writing the JSON alone, with hashes that are given, takes %s µs.",
                micros("EventJsonBench", "ours"),
                micros("EventJsonBench", "metaSdk"),
                micros("EventJsonBench", "naive"),
                micros("EventJsonBench", "databindNoHash"));
        addBullet(
                "**A file outbox** stores %s sales a second, each safe on the disk.",
                of("OutboxBench", "ops/s", "sqliteAdd"));
    }

    private void delivery() {
        addBullet(
                "**Sending a sale** costs %s µs of processor time from memory and %s µs from a file. Snowplow's"
                        + " tracker costs %s µs, Segment's library %s µs, one request for each sale %s µs. None of these"
                        + " three keeps a sale on a disk.",
                of("DeliveryBench", "us/event", "oursMemory"),
                of("DeliveryBench", "us/event", "oursSqlite"),
                of("DeliveryBench", "us/event", "snowplow"),
                of("DeliveryBench", "us/event", "segment"),
                of("DeliveryBench", "us/event", "naive"));
        addBullet(
                "**In the shop's own PostgreSQL** Epik stores, sends and settles %s sales a second in the shop's"
                        + " transactions. On the same database transaction-outbox reaches %s and db-scheduler %s.",
                of("EndToEndBench", "events/s", "oursInTransaction"),
                of("EndToEndBench", "events/s", "gruelbox"),
                of("EndToEndBench", "events/s", "dbScheduler"));
    }

    private void browser() {
        addBullet(
                "**The script** is %s bytes on the wire. js-cookie, which only reads and writes cookies, is %s bytes;"
                        + " Meta's script for the same task is %s bytes.",
                of("ScriptBench", "gzip bytes", "ours"),
                of("ScriptBench", "gzip bytes", "jsCookie"),
                of("ScriptBench", "gzip bytes", "metaBuilder"));
    }

    private void goals(List<Goal> goals) {
        long reached =
                goals.stream().filter(goal -> goal.result() == GoalResult.HOLDS).count();
        text.append("\nThe bench judges each run by goals of its own and prints them. In this run ")
                .append(reached)
                .append(" of ")
                .append(goals.size())
                .append(" were reached.\n");
    }

    /** Adds a bullet, unless a figure is missing. */
    private void addBullet(String sentence, String... values) {
        if (!List.of(values).contains("")) {
            text.append(wrapped("- " + String.format(sentence, (Object[]) values)));
        }
    }

    private static String wrapped(String bullet) {
        StringBuilder lines = new StringBuilder();
        int length = 0;
        for (String word : bullet.split(" (?!%)", -1)) {
            if (length + 1 + word.length() > MAX_LINE_LENGTH) {
                lines.append("\n  ").append(word);
                length = 2 + word.length();
            } else {
                lines.append(length == 0 ? "" : " ").append(word);
                length += (length == 0 ? 0 : 1) + word.length();
            }
        }
        return lines.append('\n').toString();
    }

    /** Returns the time above that of the request itself. */
    private String own(String way) {
        double time =
                figures.median("CaptureBench", way, "ns/op") - figures.median("CaptureBench", "baseline", "ns/op");
        return number(Math.max(0, time) / 1000);
    }

    private String micros(String bench, String way) {
        return number(figures.median(bench, way, "ns/op") / 1000);
    }

    private String millis(String way, String figure) {
        return number(figures.median("CheckoutBench", way, figure) / 1000);
    }

    private String of(String bench, String figure, String way) {
        return number(figures.median(bench, way, figure));
    }

    private String percent(String bench, String figure, String over, String under) {
        double ratio = figures.ratio(bench, figure, over, under);
        return Double.isNaN(ratio) ? "" : Digits.percent(ratio);
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : Digits.of(value);
    }
}
