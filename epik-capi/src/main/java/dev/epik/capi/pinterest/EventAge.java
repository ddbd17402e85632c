// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.time.Duration;

/**
 * The ages at which Pinterest treats an event differently. The age is the time from when it happened to its arrival.
 */
public final class EventAge {
    /** Up to this age Pinterest counts a web or app event as one; older events count as offline. */
    public static final Duration COUNTS_AS_WEB = Duration.ofHours(1);

    /** Up to this age Pinterest recognizes a second event with the same name and id as a duplicate. */
    public static final Duration DEDUPLICATED = Duration.ofDays(2);

    private EventAge() {}
}
