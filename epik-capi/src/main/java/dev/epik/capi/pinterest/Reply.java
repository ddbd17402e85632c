// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.Outcome;
import dev.epik.capi.TokenSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The meaning of an answer of Pinterest for the batch that was sent. Immutable. */
public sealed interface Reply {
    /**
     * Pinterest answered for each event.
     *
     * @param outcomes accepted or rejected, in the order in which the events were sent
     */
    record Settled(List<Outcome> outcomes) implements Reply {}

    /**
     * Pinterest rejected the request (400, 413, or 422 without results) and does not say which event is the cause, or
     * whether an event is.
     *
     * @param reason the reason, for people
     * @param tooLarge whether the body has too many bytes (413)
     */
    record Undecided(String reason, boolean tooLarge) implements Reply {}

    /**
     * The answer judges no event, or there was no answer.
     *
     * @param reason the reason, for people, with the cure
     * @param retryAfter the pause that Pinterest asked for, at most one hour; empty if it asked for none
     * @param needsOperator whether an operator has to act, because waiting alone does not help
     * @param status the HTTP status; 0 if there was no answer
     * @param mayHaveCounted whether Pinterest may have counted the events all the same. True if the request may have
     *     reached Pinterest and the answer does not exclude it: no answer after the connection was made, 5xx, 408, a
     *     2xx that is unreadable or too short. False if no connection was made, and for all other statuses
     */
    record Pause(
            String reason, Optional<Duration> retryAfter, boolean needsOperator, int status, boolean mayHaveCounted)
            implements Reply {
        /** Returns a pause without a request to Pinterest, because there is no token. */
        public static Pause noToken(TokenSource.Unavailable token) {
            return new Pause(token.reason(), token.retryAfter(), token.needsOperator(), 0, false);
        }

        /** Returns a pause after a 401, if the token source has no other token. */
        public static Pause unauthorized(TokenSource.Unavailable token) {
            return new Pause(token.reason(), token.retryAfter(), token.needsOperator(), 401, false);
        }

        /** Returns a pause for a connection that was not made: the events did not reach Pinterest. */
        public static Pause notConnected(String reason) {
            return new Pause(reason, Optional.empty(), false, 0, false);
        }

        /** Returns a pause for a request without an answer: the events may have reached Pinterest. */
        public static Pause noAnswer(String reason) {
            return new Pause(reason, Optional.empty(), false, 0, true);
        }

        /** Returns a pause for a defect of the sending code: the events may have reached Pinterest. */
        public static Pause sendingFailed(String reason) {
            return new Pause(reason, Optional.empty(), true, 0, true);
        }

        /** Returns a pause for a 2xx that cannot be read or has too few results. */
        public static Pause unusableAnswer(int status, String reason) {
            return new Pause(reason, Optional.empty(), true, status, true);
        }

        /** Returns a pause for a status that an operator must resolve, such as 403: no event was counted. */
        public static Pause refused(int status, String reason) {
            return new Pause(reason, Optional.empty(), true, status, false);
        }

        /** Returns a pause for a 5xx: Pinterest may have counted the events. */
        public static Pause serverError(int status, String reason) {
            return new Pause(reason, Optional.empty(), false, status, true);
        }
    }
}
