// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.util.List;

/**
 * What a client process reports.
 *
 * @param warmedUp how many sales were delivered before it was measured
 * @param nanos from the first to the last
 * @param cpuNanos of its own process, in that time
 */
record Took(int warmedUp, long nanos, long cpuNanos) {
    static final String MARK = "TOOK ";

    String line() {
        return MARK + warmedUp + " " + nanos + " " + cpuNanos;
    }

    static Took of(String line) {
        List<String> words = List.of(line.substring(MARK.length()).split(" ", 3));
        return new Took(Integer.parseInt(words.get(0)), Long.parseLong(words.get(1)), Long.parseLong(words.get(2)));
    }
}
