// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Decides what an answer means: a pure function of status, headers and body. Its table is {@code vectors/replies.json}.
 *
 * <p>The main rule: an event is rejected only if Pinterest has rejected that very event.
 */
final class ReplyReading {
    private static final Duration MAX_WAIT = Duration.ofHours(1);

    /** The length in characters up to which Pinterest's texts are quoted. HTML is not quoted at all. */
    private static final int MAX_QUOTE = 300;

    /**
     * Characters that end a line, are invisible or change the writing direction, and lone surrogates, which databases
     * do not accept.
     */
    private static final Pattern NOT_FOR_A_LOG = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+");

    private static final int REQUEST_TIMEOUT = 408;

    private ReplyReading() {}

    /**
     * Reads an answer.
     *
     * @param events the number of events that were sent
     * @param redacted removes secrets and personal data from Pinterest's texts. It gets the texts of the body and not
     *     the body itself, in which escapes of JSON could hide such data
     */
    static Reply read(
            int status,
            Function<String, Optional<String>> header,
            String text,
            int events,
            UnaryOperator<String> redacted) {
        Optional<ReplyBody> body =
                ReplyBody.read(text).map(read -> read.withWords(words -> quote(redacted.apply(words))));
        String message = body.map(ReplyBody::message).orElse("");
        if (status / 100 == 2 || status == 422) {
            Optional<List<Outcome>> outcomes = body.flatMap(read -> outcomes(read.events(), events));
            if (outcomes.isPresent()) {
                return new Reply.Settled(outcomes.get());
            }
            return status == 422
                    ? new Reply.Undecided(sentence(status, message), false)
                    : unreadable(status, body, events);
        }
        return switch (status) {
            case 400, 413 -> new Reply.Undecided(sentence(status, message), status == 413);
            case 401 ->
                needsOperator(
                        status,
                        message,
                        "The access token is wrong, expired or revoked: make a new one in Ads Manager, or connect"
                                + " again if it was issued by OAuth");
            case 403 ->
                needsOperator(
                        status,
                        message,
                        "The token's user may not send to this ad account: check the role, and the account's id");
            case 404 -> needsOperator(status, message, "There is no such ad account: check its id");
            case 429 ->
                new Reply.Pause(
                        sentence(status, message), retryAfter(header).or(() -> reset(header)), false, status, false);
            case REQUEST_TIMEOUT -> new Reply.Pause(sentence(status, message), retryAfter(header), false, status, true);
            default ->
                new Reply.Pause(sentence(status, message), retryAfter(header), status < 500, status, status >= 500);
        };
    }

    /**
     * Reads an answer whose body is too long to be read.
     *
     * @param why for example "is longer than 8388608 bytes"
     */
    static Reply readWithoutBody(int status, Function<String, Optional<String>> header, String why) {
        return status / 100 == 2 ? unreadable(status, why) : read(status, header, "", 1, words -> words);
    }

    /** Returns one outcome per event, or empty if the answers cannot be matched to the events one to one. */
    private static Optional<List<Outcome>> outcomes(List<ReplyBody.Event> answers, int events) {
        if (answers.size() != events) {
            return Optional.empty();
        }
        List<Outcome> outcomes = new ArrayList<>(events);
        for (ReplyBody.Event answer : answers) {
            switch (answer.status()) {
                case "processed" -> outcomes.add(new Outcome.Accepted(answer.warning()));
                case "failed" ->
                    outcomes.add(new Outcome.Rejected(
                            answer.error().isEmpty() ? "Pinterest gave no reason" : answer.error()));
                default -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(outcomes);
    }

    private static Reply unreadable(int status, Optional<ReplyBody> body, int events) {
        int answers = body.map(read -> read.events().size()).orElse(0);
        return unreadable(
                status,
                answers > 0 && answers != events
                        ? "has " + answers + " answers to " + events + " events"
                        : "cannot be read");
    }

    private static Reply unreadable(int status, String why) {
        String reason = "The " + status + " answer " + why + ": is a proxy or a login page in between?";
        return Reply.Pause.unusableAnswer(status, reason);
    }

    private static Reply needsOperator(int status, String message, String cure) {
        return Reply.Pause.refused(status, sentence(status, message) + " " + cure + ".");
    }

    /** Returns a sentence with the status and Pinterest's message, if there is one. */
    static String sentence(int status, String message) {
        return "Pinterest answered " + status + (message.isEmpty() ? "." : ": " + message);
    }

    /** Returns the time in the header Retry-After. Pinterest does not document it; it is obeyed if it is present. */
    static Optional<Duration> retryAfter(Function<String, Optional<String>> header) {
        return header.apply("Retry-After").flatMap(ReplyReading::seconds);
    }

    /** Returns the time until the rate limit is reset. Every answer has this header, but it matters only with a 429. */
    private static Optional<Duration> reset(Function<String, Optional<String>> header) {
        return header.apply("X-RateLimit-Reset").flatMap(ReplyReading::seconds);
    }

    /** Returns a time of at most an hour. Returns empty for zero, because a pause of no time would be a busy loop. */
    private static Optional<Duration> seconds(String text) {
        if (!text.strip().matches("0{0,9}[1-9]\\d{0,8}")) {
            return Optional.empty();
        }
        Duration wait = Duration.ofSeconds(Long.parseLong(text.strip()));
        return Optional.of(wait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wait);
    }

    /** Returns the words on one line, cut to a length that a log can take. */
    static String quote(String words) {
        String line = NOT_FOR_A_LOG.matcher(words).replaceAll(" ").strip();
        if (line.length() <= MAX_QUOTE) {
            return line;
        }
        boolean splitsPair = Character.isHighSurrogate(line.charAt(MAX_QUOTE - 1));
        return line.substring(0, splitsPair ? MAX_QUOTE - 1 : MAX_QUOTE) + "…";
    }
}
