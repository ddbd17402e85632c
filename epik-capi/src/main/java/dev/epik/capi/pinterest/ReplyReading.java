// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What an answer means: a pure function of status, headers and body, as {@code vectors/replies.json} says.
 *
 * <p>Its one rule: an event is lost only where Pinterest said so of that very event.
 */
final class ReplyReading {
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    /** Pinterest's words are quoted up to here; its pages of HTML are not quoted at all. */
    private static final int LONGEST_QUOTE = 300;

    /** What ends a line somewhere, is not seen or turns others round, and halves of characters, which no database keeps. */
    private static final Pattern NOT_FOR_A_LOG = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+");

    private static final int REQUEST_TIMEOUT = 408;

    private ReplyReading() {}

    /** @param redacted of Pinterest's words; in the text itself a secret may stand in escapes, and is not found */
    static Reply read(
            int status,
            Function<String, Optional<String>> header,
            String text,
            int events,
            UnaryOperator<String> redacted) {
        Optional<ReplyBody> body =
                ReplyBody.read(text).map(read -> read.withWords(words -> quote(redacted.apply(words))));
        String said = body.map(ReplyBody::message).orElse("");
        if (status / 100 == 2 || status == 422) {
            Optional<List<Outcome>> outcomes = body.flatMap(read -> outcomes(read.events(), events));
            if (outcomes.isPresent()) {
                return new Reply.Settled(outcomes.get());
            }
            return status == 422
                    ? new Reply.Undecided(sentence(status, said), false)
                    : unreadable(status, body, events);
        }
        return switch (status) {
            case 400, 413 -> new Reply.Undecided(sentence(status, said), status == 413);
            case 401 ->
                forPeople(
                        status,
                        said,
                        "The access token is wrong, expired or revoked: make a new one in Ads Manager, or connect"
                                + " again where it came by OAuth");
            case 403 ->
                forPeople(
                        status,
                        said,
                        "The token's user may not send to this ad account: check the role, and the account's id");
            case 404 -> forPeople(status, said, "There is no such ad account: check its id");
            case 429 ->
                new Reply.Pause(sentence(status, said), retryAfter(header).or(() -> reset(header)), false, status);
            case REQUEST_TIMEOUT -> new Reply.Pause(sentence(status, said), retryAfter(header), false, status);
            default -> new Reply.Pause(sentence(status, said), retryAfter(header), status < 500, status);
        };
    }

    /** Empty where the answers cannot be matched to the events one to one. */
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
        String why = answers > 0 && answers != events
                ? "has " + answers + " answers to " + events + " events"
                : "cannot be read";
        return new Reply.Pause(
                "The " + status + " answer " + why + ": is a proxy or a login page in between?",
                Optional.empty(),
                true,
                status);
    }

    private static Reply forPeople(int status, String said, String cure) {
        return new Reply.Pause(sentence(status, said) + " " + cure + ".", Optional.empty(), true, status);
    }

    static String sentence(int status, String said) {
        return "Pinterest answered " + status + (said.isEmpty() ? "." : ": " + said);
    }

    /** Documented nowhere at Pinterest, obeyed where it comes. */
    static Optional<Duration> retryAfter(Function<String, Optional<String>> header) {
        return header.apply("Retry-After").flatMap(ReplyReading::seconds);
    }

    /** Seconds until the limit is full again; it comes with every answer, so it means something at a 429 alone. */
    private static Optional<Duration> reset(Function<String, Optional<String>> header) {
        return header.apply("X-RateLimit-Reset").flatMap(ReplyReading::seconds);
    }

    /** No seconds are no answer: a pause that is no pause would be a loop. */
    private static Optional<Duration> seconds(String text) {
        if (!text.strip().matches("0{0,9}[1-9]\\d{0,8}")) {
            return Optional.empty();
        }
        Duration wait = Duration.ofSeconds(Long.parseLong(text.strip()));
        return Optional.of(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
    }

    static String quote(String words) {
        String line = NOT_FOR_A_LOG.matcher(words).replaceAll(" ").strip();
        if (line.length() <= LONGEST_QUOTE) {
            return line;
        }
        boolean inTwo = Character.isHighSurrogate(line.charAt(LONGEST_QUOTE - 1));
        return line.substring(0, inTwo ? LONGEST_QUOTE - 1 : LONGEST_QUOTE) + "…";
    }
}
