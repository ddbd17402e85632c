// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

import dev.epik.bench.Measured;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The table of one bench in the document.
 *
 * @param name the name in the markers
 * @param base the candidate that the ratios refer to; empty if nothing is compared
 */
record Section(String name, String bench, String base) {
    static final List<Section> ALL = List.of(
            new Section("capture", "CaptureBench", ""),
            new Section("capture-growth", "CaptureGrowthBench", ""),
            new Section("server", "ServerBench", "noFilter"),
            new Section("hashing", "HashBench", "ours"),
            new Section("event", "EventJsonBench", "ours"),
            new Section("outbox", "OutboxBench", ""),
            new Section("delivery", "DeliveryBench", "oursMemory"),
            new Section("postgres", "EndToEndBench", "oursPostgres"),
            new Section("kafka-store", "KafkaStoreBench", "bareProducer"),
            new Section("kafka-delivery", "KafkaDeliveryBench", "oursMemory"),
            new Section("checkout", "CheckoutBench", "healthy"),
            new Section("script", "ScriptBench", "ours"));

    boolean isMeasured(Results results) {
        return results.measured().stream().anyMatch(one -> one.bench().equals(bench));
    }

    /** Returns one row for each candidate, with the median, the spread and the ratio of each figure. */
    String markdown(Results results) {
        List<Measured> all = results.measured().stream()
                .filter(one -> one.bench().equals(bench))
                .toList();
        Set<String> ways = new LinkedHashSet<>();
        Set<String> units = new LinkedHashSet<>();
        for (Measured one : all) {
            ways.add(one.way());
            units.add(one.figure());
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(heading(units));
        Figures figures = new Figures(all);
        for (String way : ways) {
            List<String> row = new ArrayList<>(List.of('`' + way + '`'));
            for (String unit : units) {
                row.add(median(all, way, unit));
                if (!base.isEmpty()) {
                    double ratio = figures.ratio(bench, unit, way, base);
                    row.add(Double.isFinite(ratio) ? Digits.times(ratio) : "");
                }
            }
            rows.add(row);
        }
        return new Table(rows).markdown();
    }

    private List<String> heading(Set<String> units) {
        List<String> heading = new ArrayList<>(List.of("way"));
        for (String unit : units) {
            heading.add(unit);
            if (!base.isEmpty()) {
                heading.add("to `" + base + '`');
            }
        }
        return heading;
    }

    private static String median(List<Measured> all, String way, String unit) {
        for (Measured one : all) {
            if (one.way().equals(way) && one.figure().equals(unit)) {
                String spread =
                        one.rounds().size() < 2 || one.median() == 0 ? "" : " ± " + Digits.percent(one.spread());
                return Digits.of(one.median()) + spread;
            }
        }
        return "";
    }
}
