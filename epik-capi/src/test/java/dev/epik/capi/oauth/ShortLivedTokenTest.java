// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import static dev.epik.capi.oauth.Shop.given;
import static dev.epik.capi.oauth.Shop.pause;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.LogEar;
import dev.epik.capi.TokenSource.Unavailable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each renewal spends a refresh token, so there is one a minute at most, however short the tokens live. */
@Timeout(60)
class ShortLivedTokenTest {
    @TempDir
    private Path directory;

    private Shop shop;
    private OAuthTokens tokens;

    @BeforeEach
    void open() {
        shop = new Shop(directory);
        tokens = shop.open();
    }

    @AfterEach
    void close() {
        tokens.close();
        shop.close();
    }

    private void ask(OAuthTokens source) throws InterruptedException {
        source.token();
        tokens.settle();
    }

    @Test
    void aTokenOfASecondIsRenewedOnceAMinute() throws Exception {
        shop.desk.accessTokenLife(Duration.ofSeconds(1));
        shop.connect(tokens);
        int seconds = 600;
        for (int second = 0; second < seconds; second++) {
            shop.clock.tick(Duration.ofSeconds(1));
            ask(tokens);
        }
        assertEquals(1 + seconds / 60, shop.desk.requests());
    }

    @Test
    void aShortTokenIsUsedUntilItExpiresAndThenEventsWait() throws Exception {
        shop.desk.accessTokenLife(Duration.ofSeconds(45));
        AccessToken old = shop.connect(tokens);
        shop.clock.tick(Duration.ofSeconds(44));
        assertEquals(old, tokens.token());
        tokens.settle();
        shop.clock.tick(Duration.ofSeconds(1));
        Unavailable pause = pause(tokens.token());
        assertEquals(Optional.of(Duration.ofSeconds(15)), pause.retryAfter());
        assertTrue(pause.reason().contains("lived for less than a minute"), pause.reason());
        assertFalse(pause.needsOperator());
        assertEquals(1, shop.desk.requests());
        shop.clock.tick(Duration.ofSeconds(15));
        assertNotEquals(old, given(tokens.token()));
        assertEquals(2, shop.desk.requests());
    }

    @Test
    void anotherProcessWaitsForTheSameMinute() throws Exception {
        shop.desk.accessTokenLife(Duration.ofSeconds(1));
        shop.connect(tokens);
        shop.clock.tick(Duration.ofSeconds(20));
        try (OAuthTokens another = shop.open()) {
            assertEquals(
                    Optional.of(Duration.ofSeconds(40)), pause(another.token()).retryAfter());
            assertEquals(1, shop.desk.requests());
        }
    }

    @Test
    void aShortLifeIsWarnedOfOnce() throws Exception {
        shop.desk.accessTokenLife(Duration.ofSeconds(7));
        try (LogEar ear = new LogEar(OAuthTokens.class.getName())) {
            shop.connect(tokens);
            for (int i = 0; i < 3; i++) {
                shop.clock.tick(Duration.ofMinutes(1));
                ask(tokens);
            }
            assertEquals(4, shop.desk.requests());
            List<String> warnings = ear.lines().stream()
                    .filter(line -> line.startsWith("WARNING"))
                    .toList();
            assertEquals(1, warnings.size(), warnings::toString);
            assertTrue(warnings.get(0).contains("lives for 7 s only"), warnings::toString);
        }
    }

    /** A token of exactly a minute needs no waiting. */
    @Test
    void aTokenOfAMinuteIsRenewedInTime() throws Exception {
        shop.desk.accessTokenLife(Duration.ofMinutes(1));
        shop.connect(tokens);
        for (int i = 0; i < 3; i++) {
            shop.clock.tick(Duration.ofMinutes(1));
            assertEquals(given(tokens.token()), shop.newest());
        }
        assertEquals(4, shop.desk.requests());
    }
}
