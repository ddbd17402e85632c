// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.server;

/** What stands in front of the page. {@code noFilterAgain} against {@code noFilter} is the noise. */
enum Way {
    noFilter,
    ours,
    naive,
    noFilterAgain;

    boolean keepsClicks() {
        return this == ours || this == naive;
    }
}
