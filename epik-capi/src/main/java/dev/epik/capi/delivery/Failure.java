// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.Outcome;
import dev.epik.capi.pinterest.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A request in which Pinterest took no event. Immutable.
 *
 * @param key equal for equal causes, see {@link TroubleKey}
 * @param reason the text for the log and the statistics
 * @param requestedPause the pause that Pinterest asked for
 * @param needsOperator whether waiting alone does not help
 * @param ofAccount whether the cause is the ad account or its token (401, 403, 404, no token), unless it is the event
 * @param mayHaveCounted whether Pinterest may have counted the events
 */
record Failure(
        Kind kind,
        String key,
        String reason,
        Optional<Duration> requestedPause,
        boolean needsOperator,
        boolean ofAccount,
        boolean mayHaveCounted) {
    /** The meaning of the answer for the events. */
    enum Kind {
        /**
         * No judgement: 5xx, 403, 404, 408, no answer, an unreadable or short 2xx, or many events that all failed with
         * one text.
         */
        TROUBLE,
        /** No judgement, and Pinterest asks for a pause: 429. */
        THROTTLED,
        /** No judgement, and no event can be the cause: 401, or no token. */
        NO_TOKEN,
        /** The request is wrong, but Pinterest does not name the event: 400, 413, or 422 without results. */
        BLAMED,
        /** Pinterest names each event as failed. */
        NAMED
    }

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY_REQUESTS = 429;

    /** At least this many events that all fail with one text are an outage, not a judgement of each event. */
    private static final int ALL_OF_ONE_TEXT = 20;

    static Failure of(Reply.Pause pause) {
        Kind kind = pause.status() == TOO_MANY_REQUESTS
                ? Kind.THROTTLED
                : pause.status() == UNAUTHORIZED ? Kind.NO_TOKEN : Kind.TROUBLE;
        return of(pause, kind);
    }

    /** Returns the failure of a token source, for which no request was made. */
    static Failure ofToken(Reply.Pause pause) {
        return of(pause, Kind.NO_TOKEN);
    }

    private static Failure of(Reply.Pause pause, Kind kind) {
        return new Failure(
                kind,
                TroubleKey.ofTrouble(pause.status(), pause.reason()),
                pause.reason(),
                pause.retryAfter(),
                pause.needsOperator(),
                kind == Kind.NO_TOKEN || pause.status() == FORBIDDEN || pause.status() == NOT_FOUND,
                pause.mayHaveCounted());
    }

    static Failure of(Reply.Undecided blame) {
        String key = TroubleKey.ofTrouble(blame.tooLarge() ? 413 : 400, blame.reason());
        return judgement(Kind.BLAMED, key, blame.reason());
    }

    /** Returns a failure that Pinterest has answered: it has counted no event, and waiting alone does not help. */
    private static Failure judgement(Kind kind, String key, String reason) {
        return new Failure(kind, key, reason, Optional.empty(), true, false, false);
    }

    /** Returns a failure if Pinterest named each event as failed; empty if it took at least one. */
    static Optional<Failure> of(List<Outcome> outcomes) {
        String text = "";
        boolean oneText = true;
        for (Outcome outcome : outcomes) {
            if (!(outcome instanceof Outcome.Rejected rejected)) {
                return Optional.empty();
            }
            String next = TroubleKey.withoutDigits(rejected.reason());
            oneText &= text.isEmpty() || text.equals(next);
            text = next;
        }
        String reason = outcomes.get(0) instanceof Outcome.Rejected first ? first.reason() : "";
        boolean trouble = oneText && outcomes.size() >= ALL_OF_ONE_TEXT;
        return Optional.of(judgement(
                trouble ? Kind.TROUBLE : Kind.NAMED,
                TroubleKey.ofFailed(reason),
                trouble ? "Pinterest answered that each of " + outcomes.size() + " events failed: " + reason : reason));
    }
}
