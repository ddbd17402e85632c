// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.epik.capi.AccessToken;
import dev.epik.capi.TokenSource.Unavailable;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenAnswerTest {
    private static Unavailable pause(String reason, Optional<Duration> retryAfter) {
        return assertInstanceOf(Unavailable.class, TokenAnswer.of(new Unavailable(reason, retryAfter, true)));
    }

    @Test
    void returnsATokenUnchanged() {
        AccessToken token = AccessToken.of("a-token");
        assertSame(token, TokenAnswer.of(token));
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT1S", "PT-5S, PT1S", "PT0.5S, PT1S", "PT1S, PT1S", "PT7M, PT7M", "PT1H, PT1H", "P10D, PT1H"})
    void pauseLastsBetweenOneSecondAndOneHour(Duration asked, Duration expected) {
        assertEquals(Optional.of(expected), pause("", Optional.of(asked)).retryAfter());
    }

    @Test
    void endlessDurationsAreClamped() {
        Duration forever = ChronoUnit.FOREVER.getDuration();
        assertEquals(
                Optional.of(Duration.ofHours(1)),
                pause("", Optional.of(forever)).retryAfter());
        assertEquals(
                Optional.of(Duration.ofSeconds(1)),
                pause("", Optional.of(forever.negated())).retryAfter());
    }

    @Test
    void pauseWithoutATimeStaysWithoutOne() {
        assertEquals(Optional.empty(), pause("sealed", Optional.empty()).retryAfter());
    }

    @Test
    void reasonHasNoControlCharactersAndAtMost300Characters() {
        String reason = pause("a\0b\r\nc\u2028d\ud800e\u0085f" + "x".repeat(999), Optional.empty())
                .reason();
        assertEquals("a b  c d e f" + "x".repeat(288), reason);
        assertEquals(
                "x".repeat(299),
                pause("x".repeat(299) + "\ud83d\ude00", Optional.empty()).reason());
    }

    @Test
    @SuppressWarnings({"NullAway", "NullOptional"}) // what a token source's bug does
    void nullCountsAsUnavailable() {
        assertEquals(
                "The token source returned null: it must return an AccessToken or Unavailable",
                assertInstanceOf(Unavailable.class, TokenAnswer.of(null)).reason());
        assertEquals(new Unavailable("", Optional.empty(), false), TokenAnswer.of(new Unavailable(null, null, false)));
    }

    @Test
    void exceptionIsReportedByTypeOnly() {
        Unavailable pause = assertInstanceOf(Unavailable.class, TokenAnswer.failed(new IOException("canary")));
        assertEquals(new Unavailable("The token source failed: java.io.IOException", Optional.empty(), false), pause);
    }
}
