// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.epik.capi.AccessToken;
import dev.epik.capi.TokenSource.Unavailable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Reads any answer of the token endpoint or of a proxy before it: without an exception, without a token that is invalid
 * in a header, and without a time that overflows. Without {@code JAZZER_FUZZ=1} in the environment only the seeds run;
 * see CONTRIBUTING.
 */
class TokenFuzzTest {
    /** A limit for a machine that was suspended. Normally the number of executions ends a target. */
    private static final String MAX_DURATION = "40m";

    private static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");

    @FuzzTest(maxExecutions = 62_500, maxDuration = MAX_DURATION)
    void answer(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        for (int status : List.of(200, 400, 401, 429, 500)) {
            TokenReply reply = TokenReading.read(status, name -> Optional.of(text), text);
            if (reply instanceof TokenReply.Granted granted) {
                assertTrue(status == 200);
                check(granted);
            } else if (reply instanceof TokenReply.Failed failed) {
                checkUnavailable(failed.pause());
            } else if (reply instanceof TokenReply.Spent spent) {
                assertTrue(status == 400 || status == 401);
                checkUnavailable(new Unavailable(spent.reason(), Optional.empty(), true));
            }
        }
        assertTrue(TokenReading.readSaved(text).isPresent()
                == TokenReading.read(200, name -> Optional.empty(), text) instanceof TokenReply.Granted);
    }

    private static void check(TokenReply.Granted granted) {
        AccessToken.of(granted.accessToken());
        granted.refreshToken().ifPresent(AccessToken::of);
        assertTrue(granted.life().compareTo(Duration.ZERO) > 0);
        assertTrue(NOW.plus(granted.life()).isBefore(Instant.parse("2037-01-01T00:00:00Z")));
        granted.refreshLife().ifPresent(life -> assertTrue(NOW.plus(life).toEpochMilli() > 0));
        granted.refreshExpiresAt().ifPresent(end -> assertTrue(end.toEpochMilli() > 0));
    }

    private static void checkUnavailable(Unavailable pause) {
        assertTrue(!pause.reason().isBlank() && pause.reason().length() < 700, pause.reason());
        assertTrue(pause.reason().chars().noneMatch(c -> c < ' '), pause.reason());
        assertTrue(pause.retryAfter().orElse(Duration.ZERO).compareTo(Duration.ofHours(1)) <= 0);
    }
}
