// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.config.DurationSetting;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Decides how long an ad account pauses after a failure: as long as Pinterest asked for, otherwise 1, 2, 4 … 60 s.
 * Jitter keeps many nodes from trying again at the same moment. The longest pause is 15 minutes if an operator must act
 * (401, 403, 404). A pure function.
 */
final class Backoff {
    static final Duration MAX = Duration.ofMinutes(1);
    static final Duration MAX_IF_OPERATOR_MUST_ACT = Duration.ofMinutes(15);

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final int MAX_DOUBLINGS = 10;

    private Backoff() {}

    /**
     * Returns how long to wait.
     *
     * @param failures the failures in a row including this one, at least 1
     * @param requested the pause that Pinterest or the token source asked for; clamped to 1 s to 1 h
     * @param max the ceiling if no pause was requested
     */
    static Duration delay(int failures, Optional<Duration> requested, Duration max, RandomGenerator random) {
        if (requested.isPresent()) {
            return DurationSetting.REQUESTED_PAUSE.clamp(requested.get());
        }
        long ceiling = Math.min(max.toMillis(), FIRST.toMillis() << Math.min(failures - 1, MAX_DOUBLINGS));
        // Never zero: a pause of zero length would be a busy loop.
        return Duration.ofMillis(ceiling / 2 + random.nextLong(ceiling - ceiling / 2 + 1));
    }
}
