// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

import java.util.ArrayList;
import java.util.List;

/** The cost of a peer as a multiple of Epik's. */
record Bar(String label, double times) {
    /** Returns the bars. A peer has no bar if it was not measured, or if Epik's cost is 0. */
    static List<Bar> of(Results results) {
        Figures figures = new Figures(results.measured());
        List<Bar> bars = new ArrayList<>();
        double baseline = figures.median("CaptureBench", "baseline", "ns/op");
        for (String visit : List.of("NoClick", "Click")) {
            double naive = figures.median("CaptureBench", "naive" + visit, "ns/op") - baseline;
            double ours = figures.median("CaptureBench", "ours" + visit, "ns/op") - baseline;
            bars.add(new Bar("capture, " + (visit.equals("Click") ? "click" : "no click") + ": naive", naive / ours));
        }
        for (String peer : List.of("naive", "metaSdk")) {
            bars.add(new Bar("hash 8 values: " + peer, figures.ratio("HashBench", "ns/op", peer, "ours")));
        }
        for (String peer : List.of("naive", "databindNoHash", "metaSdk")) {
            bars.add(new Bar("event to JSON: " + peer, figures.ratio("EventJsonBench", "ns/op", peer, "ours")));
        }
        for (String peer : List.of("naive", "metaSdk", "snowplow", "segment")) {
            double ratio = figures.ratio("DeliveryBench", "us/event", peer, "oursMemory");
            bars.add(new Bar("delivery CPU: " + peer, ratio));
        }
        for (String peer : List.of("gruelbox", "dbScheduler")) {
            double ratio = figures.ratio("EndToEndBench", "events/s", "oursPostgres", peer);
            bars.add(new Bar("on PostgreSQL: " + peer, ratio));
        }
        for (String peer : List.of("jsCookie", "metaBuilder")) {
            bars.add(new Bar("script, gzip: " + peer, figures.ratio("ScriptBench", "gzip bytes", peer, "ours")));
        }
        return bars.stream()
                .filter(bar -> Double.isFinite(bar.times()) && bar.times() > 0)
                .toList();
    }
}
