// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.config;

import java.time.Duration;
import java.util.Objects;

/**
 * The settings that are durations, with the range of each. A value outside of its range is clamped when it is set, so
 * that no later calculation overflows, whatever the caller gives.
 */
public enum DurationSetting {
    SUBMIT_DEADLINE("submitDeadline", Duration.ofMillis(1), Duration.ofHours(1)),
    DRAIN_TIME("drainTime", Duration.ZERO, Duration.ofHours(1)),
    LINGER("linger", Duration.ZERO, Duration.ofHours(1)),
    MAX_AGE("maxAge", Duration.ofMinutes(1), Duration.ofDays(3650)),
    /** At least the 48 hours for which Pinterest deduplicates. */
    KEEP_DELIVERED("retention of delivered ids", Duration.ofDays(2), Duration.ofDays(3650)),
    KEEP_DEAD("retention of dead letters", Duration.ofDays(1), Duration.ofDays(3650)),
    /** What Pinterest or a token source may ask for: nothing waits longer than this without a try. */
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

    /** Returns the smallest value. */
    public Duration min() {
        return min;
    }

    /** Returns the largest value. */
    public Duration max() {
        return max;
    }
}
