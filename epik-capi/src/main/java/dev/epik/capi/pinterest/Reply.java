// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.Outcome;
import dev.epik.capi.TokenSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What an answer of Pinterest means for the batch that was sent. */
public sealed interface Reply {
    /**
     * Pinterest answered for each event.
     *
     * @param outcomes accepted or rejected, in the order in which the events were sent
     */
    record Settled(List<Outcome> outcomes) implements Reply {}

    /**
     * Pinterest refused the request (400, 413, or 422 without results) and does not say which event is at fault, or
     * whether one is.
     *
     * @param tooLarge fewer bytes would pass (413)
     */
    record Undecided(String reason, boolean tooLarge) implements Reply {}

    /**
     * The answer judges no event, or there was none.
     *
     * @param retryAfter what Pinterest asked for, at most one hour
     * @param needsOperator whether waiting alone will not help
     * @param status of HTTP; 0 if there was no answer
     * @param mayHaveCounted whether Pinterest may have counted the events all the same. True if the request may have
     *     reached it and the answer does not rule that out: no answer after the connection was made, 5xx, 408, an
     *     unreadable or short 2xx. False if no connection was made, and for the other statuses
     */
    record Pause(
            String reason, Optional<Duration> retryAfter, boolean needsOperator, int status, boolean mayHaveCounted)
            implements Reply {
        /** Returns a pause without a request to Pinterest, because there is no token. */
        public static Pause of(TokenSource.Unavailable token) {
            return new Pause(token.reason(), token.retryAfter(), token.needsOperator(), 0, false);
        }
    }
}
