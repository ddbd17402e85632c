// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Gives the simulation of a large deployment the rules that delivery uses: {@link Backoff} and {@link BatchLimits}. Not
 * thread-safe.
 */
public final class DeliveryRules {
    private static final int MAX_EVENTS = 1000;

    private final BatchLimits limits = new BatchLimits(MAX_EVENTS, Long.MAX_VALUE / 2);

    /** Returns the number of events of the next batch. */
    public int maxEvents() {
        return limits.maxEvents();
    }

    /** Doubles the next batch after Pinterest took an event. */
    public void onTaken() {
        limits.onTaken();
    }

    /** Halves the next batch after a 429. */
    public void onThrottled(int sentEvents) {
        limits.halveEvents(sentEvents);
    }

    /**
     * Returns how many milliseconds an ad account pauses.
     *
     * @param failures the failures in a row, at least 1
     * @param requestedMillis the pause that Pinterest asked for; 0: none
     * @param operatorMustAct whether waiting alone does not help
     */
    public static int pause(int failures, int requestedMillis, boolean operatorMustAct, RandomGenerator random) {
        Optional<Duration> requested =
                requestedMillis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(requestedMillis));
        Duration max = operatorMustAct ? Backoff.MAX_IF_OPERATOR_MUST_ACT : Backoff.MAX;
        return Math.toIntExact(Backoff.delay(failures, requested, max, random).toMillis());
    }
}
