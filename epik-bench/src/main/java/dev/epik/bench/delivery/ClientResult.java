// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.util.List;

/**
 * The result of a client process.
 *
 * @param warmedUp the number of sales delivered before the measurement
 * @param nanos the time from the first to the last sale
 * @param cpuNanos the CPU time of the client's process in this time
 */
record ClientResult(int warmedUp, long nanos, long cpuNanos) {
    static final String MARK = "TOOK ";

    String line() {
        return MARK + warmedUp + " " + nanos + " " + cpuNanos;
    }

    static ClientResult of(String line) {
        List<String> words = List.of(line.substring(MARK.length()).split(" ", 3));
        return new ClientResult(
                Integer.parseInt(words.get(0)), Long.parseLong(words.get(1)), Long.parseLong(words.get(2)));
    }
}
