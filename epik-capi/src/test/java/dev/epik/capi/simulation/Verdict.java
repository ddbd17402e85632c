// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.Outcome;
import dev.epik.capi.pinterest.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reaction of Pinterest to a request.
 *
 * @param reply the answer; null if there is none
 * @param failure the exception with which the future fails; null if it does not fail
 * @param counts whether Pinterest counts the events
 * @param delay the time in addition to the usual time
 */
record Verdict(@Nullable Reply reply, @Nullable Throwable failure, boolean counts, Duration delay) {
    /** The time after which a client stops waiting for an answer. */
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    static Verdict of(Reply reply, boolean counts) {
        return new Verdict(reply, null, counts, Duration.ZERO);
    }

    /** Returns the verdict if there is no outage: the first poison event decides. */
    static Verdict ofEvents(List<SimEvent> events, long now) {
        for (SimEvent event : events) {
            if (event.isPoison(now) && event.poison != Poison.NAMED) {
                return ofPoison(event.poison, events.size());
            }
        }
        List<Outcome> outcomes = new ArrayList<>(events.size());
        for (SimEvent event : events) {
            outcomes.add(
                    event.isPoison(now)
                            ? new Outcome.Rejected("event_time of event " + event.index + " is invalid")
                            : new Outcome.Accepted(""));
        }
        return of(new Reply.Settled(outcomes), true);
    }

    private static Verdict ofPoison(Poison poison, int events) {
        return switch (poison) {
            case S400 -> of(new Reply.Undecided("Pinterest answered 400: invalid", false), false);
            case S422 -> of(new Reply.Undecided("Pinterest answered 422: invalid", false), false);
            case S413 -> of(new Reply.Undecided("Pinterest answered 413", true), false);
            case S403 -> pause(403, true, false);
            case S404 -> pause(404, true, false);
            case S429 -> pause(429, false, false);
            case S500 -> pause(500, false, true);
            case S503 -> pause(503, false, true);
            case NO_ANSWER -> noAnswer(false);
            case SHORT ->
                of(
                        Reply.Pause.unusableAnswer(
                                200, "The 200 answer has " + (events - 1) + " answers to " + events + " events"),
                        true);
            case UNREADABLE -> of(Reply.Pause.unusableAnswer(200, "The 200 answer cannot be read"), false);
            case NONE, NAMED -> throw new IllegalArgumentException();
        };
    }

    static Verdict pause(int status, boolean needsOperator, boolean mayHaveCounted) {
        return pause(status, Optional.empty(), needsOperator, mayHaveCounted);
    }

    static Verdict pause(int status, Optional<Duration> retryAfter, boolean needsOperator, boolean mayHaveCounted) {
        return of(
                new Reply.Pause(
                        "Pinterest answered " + status + ".", retryAfter, needsOperator, status, mayHaveCounted),
                false);
    }

    /** Returns the verdict for a connection that was not made. */
    static Verdict refused() {
        return of(Reply.Pause.notConnected("Pinterest cannot be reached."), false);
    }

    static Verdict noAnswer(boolean counts) {
        return new Verdict(Reply.Pause.noAnswer("Pinterest gave no answer."), null, counts, DEADLINE);
    }

    /** Returns a verdict whose future never completes. */
    static Verdict silence(boolean counts) {
        return new Verdict(null, null, counts, Duration.ZERO);
    }

    static Verdict allFailed(List<SimEvent> events, int number) {
        Outcome failed = new Outcome.Rejected("Internal server error " + number);
        return of(new Reply.Settled(events.stream().map(event -> failed).toList()), false);
    }
}
