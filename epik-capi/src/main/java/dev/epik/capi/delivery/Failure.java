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
 * @param reason for people
 * @param requestedPause what Pinterest asked for
 * @param needsOperator whether waiting alone will not help
 * @param ofAccount whether the ad account or its token is the cause (401, 403, 404, no token), if it is not the event
 * @param mayHaveCounted whether Pinterest may have counted the events all the same
 */
record Failure(
        Kind kind,
        String key,
        String reason,
        Optional<Duration> requestedPause,
        boolean needsOperator,
        boolean ofAccount,
        boolean mayHaveCounted) {
    /** What the answer says about the events. */
    enum Kind {
        /**
         * Nothing: 5xx, 403, 404, 408, no answer, an unreadable or short 2xx, or many events that all failed with one
         * text.
         */
        TROUBLE,
        /** Nothing, and waiting is what Pinterest asks for: 429. */
        THROTTLED,
        /** Nothing, and no event can be the cause: 401, or no token. */
        NO_TOKEN,
        /** The request is wrong, and Pinterest does not name the event: 400, 413, or 422 without results. */
        BLAMED,
        /** Each event is named as failed. */
        NAMED
    }

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY_REQUESTS = 429;

    /** From this number on, events that all fail with one text are no judgement of each of them. */
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
        return new Failure(Kind.BLAMED, key, blame.reason(), Optional.empty(), true, false, false);
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
        return Optional.of(new Failure(
                trouble ? Kind.TROUBLE : Kind.NAMED,
                TroubleKey.ofFailed(reason),
                trouble ? "Pinterest answered that each of " + outcomes.size() + " events failed: " + reason : reason,
                Optional.empty(),
                true,
                false,
                false));
    }
}
