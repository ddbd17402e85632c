// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What an answer means for the batch that was sent. */
public sealed interface Reply {
    /**
     * Pinterest answered for each event.
     *
     * @param outcomes in the order the events were sent
     */
    record Settled(List<Outcome> outcomes) implements Reply {}

    /** Some event, or the request itself, is at fault, and Pinterest does not say which: smaller batches will tell. */
    record Undecided(String reason) implements Reply {}

    /**
     * No event is at fault: all of them wait.
     *
     * @param retryAfter what Pinterest asked for
     * @param needsPeople whether waiting alone will not help
     * @param status of HTTP; 0 where there was no answer
     */
    record Pause(String reason, Optional<Duration> retryAfter, boolean needsPeople, int status)
            implements Reply, TokenOrPause {
        /** Without an answer. */
        public Pause(String reason, Optional<Duration> retryAfter, boolean needsPeople) {
            this(reason, retryAfter, needsPeople, 0);
        }
    }
}
