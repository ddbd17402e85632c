// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import static dev.epik.capi.oauth.OAuthShop.DAY;
import static dev.epik.capi.oauth.OAuthShop.MINUTE;
import static dev.epik.capi.oauth.OAuthShop.REDIRECT;
import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikException;
import dev.epik.capi.oauth.spi.OAuthGrant;
import dev.epik.capi.oauth.spi.TokenStore;
import dev.epik.capi.pinterest.TokenEndpoint;
import dev.epik.testing.LogCapture;
import dev.epik.testkit.FakeResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every token, code and secret contains "canary", and Pinterest quotes them in every text. */
@Timeout(60)
class OAuthLeakTest {
    private static final String CANARY = "canary";

    @TempDir
    private Path directory;

    private final Queue<String> shown = new ConcurrentLinkedQueue<>();
    private final Logger logger = Logger.getLogger("dev.epik");
    private final LogCapture log = LogCapture.ofPackage("dev.epik");

    @BeforeEach
    void listen() {
        logger.setLevel(Level.ALL);
    }

    @AfterEach
    void stop() {
        log.close();
        logger.setLevel(null);
    }

    @Test
    void noTokenIsInLogsResultsOrDescriptions() throws Exception {
        try (OAuthShop shop = new OAuthShop(directory)) {
            FileTokenStore store = FileTokenStore.of(shop.file);
            try (OAuthTokens tokens = shop.open(store)) {
                shop.desk.respondWith(
                        error("canary-code used, says canary-secret-7351"),
                        grant("pina_canary-1", "pinr_canary-1"),
                        error("pinr_canary-1 of canary-secret-7351 has a problem"),
                        FakeResponse.of(200, "{\"access_token\":\"pina_canary\\n\"}"),
                        FakeResponse.of(500, "<html>pinr_canary-1</html>"),
                        FakeResponse.of(400, "{\"error\":\"invalid_grant\",\"error_description\":\"pinr_canary-1\"}"));
                show(tokens.connect("canary-code", REDIRECT));
                show(tokens.connect("canary-code", REDIRECT));
                shop.clock.tick(DAY.multipliedBy(31));
                for (int i = 0; i < 6; i++) {
                    show(tokens.token());
                    show(shop.send(tokens));
                    shop.clock.tick(MINUTE);
                }
                show(tokens);
                try (TokenStore.Lease lease = store.lock()) {
                    show(lease.load());
                    show(TokenState.good(lease.load().get(), shop.clock.instant()));
                }
                show(shop.desk);
                show(AdAccount.of(ACCOUNT, tokens));
            }
            show(store);
            show(OAuthShop.APP);
        }
        assertTrue(shown.toString().contains("[redacted] of [client secret]"), "Pinterest's words are not quoted");
        assertTrue(log.lines().toString().contains("Connect again"), "the log was not captured");
        assertNoCanary();
    }

    @Test
    void noTokenIsInTheMessageOfAnInvalidSetting() {
        Instant now = Instant.EPOCH;
        show(assertThrows(EpikException.class, () -> new OAuthApp("1499999", "canary secret")));
        show(assertThrows(EpikException.class, () -> AccessToken.of("canary token")));
        show(assertThrows(
                EpikException.class, () -> new OAuthGrant("canary token", now, now, "canary", Optional.empty())));
        show(new OAuthGrant("canary-1", now, now.plus(Duration.ofDays(1)), "canary-2", Optional.empty()));
        show(TokenEndpoint.saved("{\"access_token\":\"canary-1\",\"refresh_token\":\"canary-2\"}"));
        assertNoCanary();
    }

    private void show(Object answer) {
        shown.add(String.valueOf(answer));
    }

    private void assertNoCanary() {
        String all = shown + "\n" + log.lines();
        assertFalse(all.contains(CANARY), all);
    }

    private static FakeResponse error(String message) {
        return FakeResponse.of(400, "{\"code\":1,\"message\":\"" + message + "\"}");
    }

    private static FakeResponse grant(String access, String refresh) {
        return FakeResponse.of(
                200,
                "{\"access_token\":\"" + access + "\",\"expires_in\":2592000,\"refresh_token\":\"" + refresh + "\"}");
    }
}
