// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.epik.capi.TokenSource.Unavailable;
import dev.epik.testing.VectorRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code vectors/tokens.json}, row by row. */
class TokenReadingTest {
    static Stream<VectorRow> rows() {
        return VectorRow.of("tokens.json", "rows");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void followsTheTable(VectorRow row) {
        JsonNode json = row.json();
        TokenReply reply = TokenReading.read(
                json.path("status").asInt(),
                name -> Optional.ofNullable(json.path("headers").path(name).textValue()),
                json.path("body").asText());
        switch (json.path("reply").asText()) {
            case "granted" -> assertGranted(json, assertInstanceOf(TokenReply.Granted.class, reply));
            case "spent" ->
                assertContainsText(
                        json, assertInstanceOf(TokenReply.Spent.class, reply).reason());
            case "trouble" -> {
                Unavailable pause =
                        assertInstanceOf(TokenReply.Failed.class, reply).pause();
                assertContainsText(json, pause.reason());
                assertEquals(json.path("needsOperator").asBoolean(), pause.needsOperator());
                assertEquals(
                        json.path("waitSeconds").asLong(-1),
                        pause.retryAfter().map(Duration::toSeconds).orElse(-1L));
            }
            default -> throw new AssertionError("unknown reply in the table");
        }
        assertFalse(reply.toString().matches("(?s).*(pin[ar]_|jane@).*"), "a token or a page of HTML shows");
    }

    private static void assertGranted(JsonNode json, TokenReply.Granted granted) {
        assertEquals(json.path("access").asText(), granted.accessToken());
        assertEquals(json.path("life").asLong(), granted.life().toSeconds());
        assertEquals(Optional.ofNullable(json.path("refresh").textValue()), granted.refreshToken());
        assertEquals(
                json.path("refreshLife").asLong(-1),
                granted.refreshLife().map(Duration::toSeconds).orElse(-1L));
        assertEquals(
                json.path("refreshAt").asLong(-1),
                granted.refreshExpiresAt().map(Instant::getEpochSecond).orElse(-1L));
    }

    private static void assertContainsText(JsonNode row, String reason) {
        assertTrue(reason.contains(row.path("says").asText()), reason);
    }

    @Test
    void readsASavedAnswerOnlyIfItIsComplete() {
        String whole = "{\"access_token\":\"pina_new\",\"expires_in\":60,\"refresh_token\":\"pinr_new\"}";
        assertTrue(TokenReading.readSaved(whole).isPresent());
        for (int length = 0; length < whole.length(); length++) {
            assertTrue(TokenReading.readSaved(whole.substring(0, length)).isEmpty());
        }
    }
}
