// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.monitor;

import dev.epik.capi.Outcome;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.Problem;
import dev.epik.capi.event.json.MatchKeyNames;
import dev.epik.capi.event.rules.EventNames;
import dev.epik.capi.pinterest.Reply;
import java.util.List;
import java.util.Set;

/**
 * The values of the tags of counters. Each tag has a limited number of values, and none is an id or personal data,
 * because a metrics system keeps one time series for each combination of values.
 */
final class CounterTags {
    /** The value of a tag for everything that has no value of its own. */
    static final String OTHER = "other";

    // the results of a submit
    static final String STORED = "stored";
    static final String DUPLICATE = "duplicate";
    static final String INVALID = "invalid";
    static final String NO_CONSENT = "no_consent";
    static final String FAILED = "failed";

    /** The reason of a duplicate that is a dead letter. */
    static final String DEAD = "dead";

    /** The names of stored events: an event with another name is not stored. */
    static final List<String> EVENTS = EventNames.ALL;

    /** The names of the match keys. */
    static final List<String> MATCH_KEYS = MatchKeyNames.of(-1);

    private static final Set<Integer> STATUSES =
            Set.of(400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 501, 502, 503, 504);

    private CounterTags() {}

    /** Returns the name of the event if Pinterest knows it. */
    static String event(String name) {
        return EventNames.isKnown(name) ? name : OTHER;
    }

    static String result(SubmitResult result) {
        if (result instanceof SubmitResult.Stored) {
            return STORED;
        }
        if (result instanceof SubmitResult.Duplicate) {
            return DUPLICATE;
        }
        if (result instanceof SubmitResult.Invalid) {
            return INVALID;
        }
        return result instanceof SubmitResult.NoConsent ? NO_CONSENT : FAILED;
    }

    /** Returns the state of a duplicate, the field of an invalid event, and whether a failed one may be stored. */
    static String reason(SubmitResult result) {
        if (result instanceof SubmitResult.Duplicate duplicate) {
            return switch (duplicate.state()) {
                case WAITING -> "waiting";
                case DELIVERED -> "delivered";
                case DEAD -> DEAD;
            };
        }
        if (result instanceof SubmitResult.Invalid invalid) {
            return invalid.problems().stream()
                    .filter(Problem::isError)
                    .findFirst()
                    .map(problem -> field(problem.field()))
                    .orElse(OTHER);
        }
        if (result instanceof SubmitResult.Failed failed) {
            return failed.isMaybeStored() ? "maybe_stored" : "not_stored";
        }
        return "";
    }

    /** Returns the field without the number of its item, of which there may be thousands. */
    private static String field(String field) {
        int bracket = field.indexOf('[');
        return bracket < 0 ? field : field.substring(0, bracket);
    }

    static String result(Outcome outcome) {
        if (outcome instanceof Outcome.Accepted) {
            return "accepted";
        }
        return outcome instanceof Outcome.Rejected ? "rejected" : "postponed";
    }

    /** Returns the status of an answer. A status that no server should send counts with its hundred. */
    static String status(Reply reply) {
        if (reply instanceof Reply.Settled) {
            return "ok";
        }
        if (reply instanceof Reply.Undecided undecided) {
            return undecided.tooLarge() ? "413" : "4xx";
        }
        int status = ((Reply.Pause) reply).status();
        if (status == 0) {
            return "no_answer";
        }
        return STATUSES.contains(status) ? Integer.toString(status) : status / 100 + "xx";
    }
}
