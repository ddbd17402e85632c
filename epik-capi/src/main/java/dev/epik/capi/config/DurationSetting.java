// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.config;

import java.time.Duration;
import java.util.Objects;

/**
 * The settings that are durations, each with its range. A value outside of its range is clamped when it is set, so that
 * no later calculation can overflow.
 */
public enum DurationSetting {
    SUBMIT_TIMEOUT("submitTimeout", Duration.ofMillis(1), Duration.ofHours(1)),
    SHUTDOWN_TIMEOUT("shutdownTimeout", Duration.ZERO, Duration.ofHours(1)),
    LINGER("linger", Duration.ZERO, Duration.ofHours(1)),
    MAX_AGE("maxAge", Duration.ofMinutes(1), Duration.ofDays(3650)),
    /** The minimum is the time for which Pinterest deduplicates. */
    KEEP_DELIVERED("keepDelivered", Duration.ofDays(2), Duration.ofDays(3650)),
    KEEP_DEAD("keepDeadLetters", Duration.ofDays(1), Duration.ofDays(3650)),
    MAX_VISIT_AGE("maxVisitAge", Duration.ofMinutes(1), Duration.ofDays(3650)),
    SILENCE("silence", Duration.ofMinutes(1), Duration.ofDays(30)),
    /** The pause that Pinterest or a token source may ask for. Delivery tries again after it at the latest. */
    REQUESTED_PAUSE("requested pause", Duration.ofSeconds(1), Duration.ofHours(1));

    private final String setting;
    private final Duration min;
    private final Duration max;

    DurationSetting(String setting, Duration min, Duration max) {
        this.setting = setting;
        this.min = min;
        this.max = max;
    }

    /**
     * Returns the value, or the end of the range that is nearest to it.
     *
     * @throws NullPointerException if the value is null; the message names the setting
     */
    public Duration clamp(Duration value) {
        Objects.requireNonNull(value, setting);
        if (value.compareTo(min) < 0) {
            return min;
        }
        return value.compareTo(max) > 0 ? max : value;
    }

    /** Returns the minimum. */
    public Duration min() {
        return min;
    }

    /** Returns the maximum. */
    public Duration max() {
        return max;
    }
}
