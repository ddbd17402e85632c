// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import static dev.epik.capi.oauth.OAuthShop.given;
import static dev.epik.capi.oauth.OAuthShop.pause;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.TokenSource.Unavailable;
import dev.epik.testing.LogCapture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Renewals are at least a minute apart, because each one uses up a refresh token, however short the lifetime is. */
@Timeout(60)
class ShortLivedTokenTest {
    @TempDir
    private Path directory;

    private OAuthShop shop;
    private OAuthTokens tokens;

    @BeforeEach
    void open() {
        shop = new OAuthShop(directory);
        tokens = shop.open();
    }

    @AfterEach
    void close() {
        tokens.close();
        shop.close();
    }

    private void ask(OAuthTokens source) throws InterruptedException {
        source.token();
        OAuthShop.awaitRenewal(tokens);
    }

    @Test
    void aTokenOfOneSecondIsRenewedOnceAMinute() throws Exception {
        shop.desk.accessTokenLifetime(Duration.ofSeconds(1));
        shop.connect(tokens);
        int seconds = 600;
        for (int second = 0; second < seconds; second++) {
            shop.clock.tick(Duration.ofSeconds(1));
            ask(tokens);
        }
        assertEquals(1 + seconds / 60, shop.desk.requests());
    }

    @Test
    void aShortTokenIsUsedUntilItExpiresThenEventsWait() throws Exception {
        shop.desk.accessTokenLifetime(Duration.ofSeconds(45));
        AccessToken old = shop.connect(tokens);
        shop.clock.tick(Duration.ofSeconds(44));
        assertEquals(old, tokens.token());
        OAuthShop.awaitRenewal(tokens);
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
    void anotherProcessWaitsForTheRestOfTheMinute() throws Exception {
        shop.desk.accessTokenLifetime(Duration.ofSeconds(1));
        shop.connect(tokens);
        shop.clock.tick(Duration.ofSeconds(20));
        try (OAuthTokens another = shop.open()) {
            assertEquals(
                    Optional.of(Duration.ofSeconds(40)), pause(another.token()).retryAfter());
            assertEquals(1, shop.desk.requests());
        }
    }

    @Test
    void warnsOnceOfAShortLifetime() throws Exception {
        shop.desk.accessTokenLifetime(Duration.ofSeconds(7));
        try (LogCapture log = LogCapture.of(OAuthTokens.class)) {
            shop.connect(tokens);
            for (int i = 0; i < 3; i++) {
                shop.clock.tick(Duration.ofMinutes(1));
                ask(tokens);
            }
            assertEquals(4, shop.desk.requests());
            List<String> warnings = log.lines().stream()
                    .filter(line -> line.startsWith("WARNING"))
                    .toList();
            assertEquals(1, warnings.size(), warnings::toString);
            assertTrue(warnings.get(0).contains("is valid for 7 s only"), warnings::toString);
        }
    }

    /** With a lifetime of exactly a minute no event waits. */
    @Test
    void aTokenOfOneMinuteIsRenewedInTime() throws Exception {
        shop.desk.accessTokenLifetime(Duration.ofMinutes(1));
        shop.connect(tokens);
        for (int i = 0; i < 3; i++) {
            shop.clock.tick(Duration.ofMinutes(1));
            assertEquals(given(tokens.token()), shop.newest());
        }
        assertEquals(4, shop.desk.requests());
    }
}
