// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.capi.AccessToken;
import dev.epik.capi.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads any answer: without an exception, an event is settled only by its own entry, and texts are one short line
 * without the token. Without {@code JAZZER_FUZZ=1} in the environment only the seeds run; see CONTRIBUTING.
 */
class ReplyFuzzTest {
    private static final AccessToken TOKEN = AccessToken.of("canary/token-7351");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ONE_LINE = Pattern.compile("[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]*");
    private static final int MAX_QUOTE_LENGTH = 301;
    private static final int MAX_REASON_LENGTH = 500;
    private static final List<Integer> STATUSES =
            List.of(200, 422, 400, 201, 401, 403, 404, 408, 413, 429, 500, 503, 302, 207, 99, 600);

    /**
     * A line with a letter for the status and a digit for the events, a line for each of two headers, and the body; $
     * is the token.
     */
    @FuzzTest(maxExecutions = 200_000, maxDuration = "40m")
    void reply(byte[] bytes) throws Exception {
        String[] lines = (new String(bytes, StandardCharsets.UTF_8) + "\n\n\n").split("\n", 4);
        int status = STATUSES.get((lines[0].isEmpty() ? 0 : lines[0].charAt(0)) % STATUSES.size());
        int events = 1 + (lines[0].length() < 2 ? 0 : lines[0].charAt(1)) % 4;
        Map<String, String> headers = Map.of("Retry-After", lines[1], "X-RateLimit-Reset", lines[2]);
        String body = lines[3].replace("$", TOKEN.value()).strip();
        Reply reply = ReplyReading.read(
                status, name -> Optional.ofNullable(headers.get(name)), body, events, new Redaction(TOKEN, List.of()));
        if (reply instanceof Reply.Settled settled) {
            assertTrue(status / 100 == 2 || status == 422);
            assertEquals(events, settled.outcomes().size());
            settlesEachByItsOwnEntry(settled.outcomes(), body);
        } else if (reply instanceof Reply.Undecided undecided) {
            assertTrue(status == 400 || status == 413 || status == 422);
            isShortAndClean(undecided.reason(), MAX_REASON_LENGTH);
        } else if (reply instanceof Reply.Pause pause) {
            isShortAndClean(pause.reason(), MAX_REASON_LENGTH);
            Duration wait = pause.retryAfter().orElse(Duration.ofSeconds(1));
            assertTrue(wait.toSeconds() >= 1 && wait.toSeconds() <= 3600, wait::toString);
        }
    }

    /** Checks each outcome against its own entry, as another JSON parser reads it. */
    private static void settlesEachByItsOwnEntry(List<Outcome> outcomes, String body) throws IOException {
        JsonNode answer = JSON.readTree(body);
        JsonNode entries =
                answer.path("events").isArray() && !answer.path("events").isEmpty()
                        ? answer.path("events")
                        : answer.path("details").path("events");
        assertEquals(outcomes.size(), entries.size());
        for (int i = 0; i < outcomes.size(); i++) {
            boolean rejected = outcomes.get(i) instanceof Outcome.Rejected;
            assertEquals(
                    rejected ? "failed" : "processed",
                    entries.path(i).path("status").textValue());
            isShortAndClean(
                    outcomes.get(i) instanceof Outcome.Rejected no
                            ? no.reason()
                            : ((Outcome.Accepted) outcomes.get(i)).warning(),
                    MAX_QUOTE_LENGTH);
        }
    }

    private static void isShortAndClean(String words, int maxLength) {
        assertTrue(words.length() <= maxLength, () -> words.length() + " characters");
        assertTrue(ONE_LINE.matcher(words).matches(), "not one clean line");
        assertFalse(words.contains(TOKEN.value()), "the token is quoted");
    }
}
