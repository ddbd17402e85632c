// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.util.List;

/**
 * What the process of {@link CheckoutBench} is told to do.
 *
 * @param warmUp submits before the first round
 * @param submits in each state and round
 * @param perSecond how often a customer pays, whether or not the one before has been served
 */
record CheckoutTurn(int rounds, int warmUp, int submits, int perSecond) {
    static final CheckoutTurn FULL = new CheckoutTurn(7, 5_000, 3_000, 400);
    static final CheckoutTurn SHORT = new CheckoutTurn(1, 0, 200, 400);

    List<String> words() {
        return List.of(
                Integer.toString(rounds),
                Integer.toString(warmUp),
                Integer.toString(submits),
                Integer.toString(perSecond));
    }

    static CheckoutTurn of(List<String> words) {
        return new CheckoutTurn(
                Integer.parseInt(words.get(0)),
                Integer.parseInt(words.get(1)),
                Integer.parseInt(words.get(2)),
                Integer.parseInt(words.get(3)));
    }
}
