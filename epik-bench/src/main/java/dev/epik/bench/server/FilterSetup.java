// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.server;

/** The filter in front of the page. The difference of {@code noFilterAgain} and {@code noFilter} is the noise. */
enum FilterSetup {
    noFilter,
    ours,
    naive,
    noFilterAgain;

    boolean keepsClicks() {
        return this == ours || this == naive;
    }
}
