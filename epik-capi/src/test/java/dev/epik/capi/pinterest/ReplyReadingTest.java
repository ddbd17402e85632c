// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.epik.capi.AccessToken;
import dev.epik.capi.Outcome;
import dev.epik.testing.VectorRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code vectors/replies.json}, row by row. */
class ReplyReadingTest {
    static Stream<VectorRow> rows() {
        return VectorRow.of("replies.json", "rows");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void followsTheTable(VectorRow row) {
        JsonNode json = row.json();
        Reply reply = ReplyReading.read(
                json.path("status").asInt(),
                name -> Optional.ofNullable(json.path("headers").path(name).textValue()),
                body(json.path("body")),
                json.path("events").asInt(),
                words -> words);
        assertFalse(reply.toString().contains("jane@"), "a page of HTML is quoted");
        switch (json.path("reply").asText()) {
            case "settled" ->
                assertEquals(
                        outcomes(json),
                        describe(assertInstanceOf(Reply.Settled.class, reply).outcomes()));
            case "undecided" ->
                assertContainsText(
                        json, assertInstanceOf(Reply.Undecided.class, reply).reason());
            case "pause" -> {
                Reply.Pause pause = assertInstanceOf(Reply.Pause.class, reply);
                assertContainsText(json, pause.reason());
                long wait = json.path("waitSeconds").asLong(-1);
                assertEquals(wait, pause.retryAfter().map(Duration::toSeconds).orElse(-1L));
                JsonNode needsOperator = json.path("needsOperator");
                assertEquals(needsOperator.asBoolean(pause.needsOperator()), pause.needsOperator());
                assertTrue(json.path("mayHaveCounted").isBoolean(), "mayHaveCounted is missing");
                assertEquals(json.path("mayHaveCounted").asBoolean(), pause.mayHaveCounted());
            }
            default -> throw new AssertionError("unknown reply in the table");
        }
    }

    /** Returns the body of a row. A number in a list repeats the text before it. */
    private static String body(JsonNode body) {
        if (body.isTextual()) {
            return body.asText();
        }
        StringBuilder text = new StringBuilder();
        String last = "";
        for (JsonNode part : body) {
            last = part.isInt() ? last.repeat(part.asInt() - 1) : part.asText();
            text.append(last);
        }
        return text.toString();
    }

    private static List<String> outcomes(JsonNode json) {
        List<String> outcomes = new ArrayList<>();
        json.path("outcomes").forEach(outcome -> outcomes.add(outcome.asText()));
        return outcomes;
    }

    private static List<String> describe(List<Outcome> outcomes) {
        return outcomes.stream().map(ReplyReadingTest::describe).toList();
    }

    private static String describe(Outcome outcome) {
        if (outcome instanceof Outcome.Rejected rejected) {
            return "rejected: " + rejected.reason();
        }
        String warning = ((Outcome.Accepted) outcome).warning();
        return warning.isEmpty() ? "accepted" : "accepted: " + warning;
    }

    private static void assertContainsText(JsonNode row, String reason) {
        assertTrue(reason.contains(row.path("says").asText()), reason);
        assertTrue(!reason.isBlank());
    }

    @ParameterizedTest
    @CsvSource({
        "200, true, 'The 200 answer is longer than 9 bytes: is a proxy', -1, true",
        "401, false, 'The access token is wrong', -1, true",
        "429, false, 'answered 429', 17, false",
        "503, true, 'answered 503', 17, false",
    })
    void statusAndHeadersCountIfTheBodyIsTooLong(
            int status, boolean mayHaveCounted, String reason, long waitSeconds, boolean needsOperator) {
        Map<String, String> headers = status > 401 ? Map.of("Retry-After", "17") : Map.of();
        Reply reply = ReplyReading.readWithoutBody(
                status, name -> Optional.ofNullable(headers.get(name)), "is longer than 9 bytes");
        Reply.Pause pause = assertInstanceOf(Reply.Pause.class, reply);
        assertTrue(pause.reason().contains(reason), pause.reason());
        assertEquals(mayHaveCounted, pause.mayHaveCounted());
        assertEquals(needsOperator, pause.needsOperator());
        assertEquals(waitSeconds, pause.retryAfter().map(Duration::toSeconds).orElse(-1L));
    }

    @Test
    void quotesTextsOnOneLineUpToAMaximumLength() {
        String body = "{\"message\":\"first\\nsecond" + "x".repeat(1000) + "\"}";
        String reason = reason(body);
        assertTrue(reason.contains("first secondxxx") && reason.length() < 400, reason);
    }

    @Test
    void aQuoteIsNotCutWithinASurrogatePair() {
        String reason = reason("{\"message\":\"x" + "\\ud83d\\ude00".repeat(1000) + "\"}");
        assertTrue(reason.matches("(?s).*\ud83d\ude00…"), reason);
    }

    @Test
    void redactsAnEscapedTokenBeforeCuttingTheText() {
        String escaped = "x".repeat(290) + " canary\\u002dtoken\\/7351";
        String reason = reason("{\"message\":\"" + escaped + "\"}");
        assertFalse(reason.contains("canary"), reason);
    }

    private static String reason(String body) {
        UnaryOperator<String> redacted = new Redaction(AccessToken.of("canary-token/7351"), List.of());
        Reply reply = ReplyReading.read(400, name -> Optional.empty(), body, 1, redacted);
        return assertInstanceOf(Reply.Undecided.class, reply).reason();
    }
}
