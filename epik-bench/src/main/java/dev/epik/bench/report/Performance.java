// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Writes the figures into {@code docs/performance.md}. The text between two markers comes from a run, the rest is
 * written by hand.
 */
public final class Performance {
    private Performance() {}

    /**
     * Returns the document with the tables of these results. A table whose bench is not among them stays. So do the
     * machine and the summary if any table does, because they are about all.
     */
    public static String written(String document, Results results) {
        Map<String, String> blocks = new LinkedHashMap<>();
        for (Section section : Section.ALL) {
            if (section.isMeasured(results)) {
                blocks.put(section.name(), section.markdown(results));
            }
        }
        if (blocks.size() == Section.ALL.size()) {
            blocks.put("machine", machine(results));
            blocks.put("summary", Summary.of(results));
        }
        String text = document;
        for (Map.Entry<String, String> block : blocks.entrySet()) {
            text = replaced(text, block.getKey(), block.getValue());
        }
        return text;
    }

    /**
     * Replaces one block. Throws if its markers are missing, because otherwise the table would be missing unnoticed.
     */
    public static String replaced(String document, String name, String block) {
        String begin = "<!-- begin: " + name + " -->\n";
        String end = "<!-- end: " + name + " -->";
        int from = document.indexOf(begin);
        int to = document.indexOf(end, Math.max(0, from));
        if (from < 0 || to < 0) {
            throw new IllegalArgumentException("The document has no markers \"" + name + '"');
        }
        return document.substring(0, from + begin.length()) + block + document.substring(to);
    }

    private static String machine(Results results) {
        Machine machine = results.machine();
        var dates = new TreeSet<>(results.dates().values());
        return new Table(List.of(
                        List.of("", ""),
                        List.of("CPU", machine.cpu()),
                        List.of("cores", Integer.toString(machine.cores())),
                        List.of("CPU flags that matter", String.join(" ", machine.flags())),
                        List.of("JDK", machine.jdk()),
                        List.of("system", machine.os()),
                        List.of("measured", String.join(", ", dates))))
                .markdown();
    }
}
