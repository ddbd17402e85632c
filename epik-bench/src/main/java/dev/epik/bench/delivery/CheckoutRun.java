// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.util.List;

/**
 * The parameters of a {@link CheckoutProcess}.
 *
 * @param warmUp the number of submits before the first round
 * @param submits the number of submits in each state and round
 * @param perSecond the rate of submits; a slow submit does not lower it
 */
record CheckoutRun(int rounds, int warmUp, int submits, int perSecond) {
    static final CheckoutRun FULL = new CheckoutRun(7, 5_000, 3_000, 400);
    static final CheckoutRun SHORT = new CheckoutRun(1, 0, 200, 400);

    List<String> words() {
        return List.of(
                Integer.toString(rounds),
                Integer.toString(warmUp),
                Integer.toString(submits),
                Integer.toString(perSecond));
    }

    static CheckoutRun of(List<String> words) {
        return new CheckoutRun(
                Integer.parseInt(words.get(0)),
                Integer.parseInt(words.get(1)),
                Integer.parseInt(words.get(2)),
                Integer.parseInt(words.get(3)));
    }
}
