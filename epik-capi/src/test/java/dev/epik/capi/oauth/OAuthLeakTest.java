// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import static dev.epik.capi.oauth.Shop.DAY;
import static dev.epik.capi.oauth.Shop.MINUTE;
import static dev.epik.capi.oauth.Shop.REDIRECT;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikException;
import dev.epik.capi.oauth.spi.OAuthGrant;
import dev.epik.capi.oauth.spi.TokenStore;
import dev.epik.capi.pinterest.TokenEndpoint;
import dev.epik.testkit.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every token, code and secret here has "canary" in it, and Pinterest quotes them wherever it can. */
@Timeout(60)
class OAuthLeakTest {
    private static final String CANARY = "canary";

    @TempDir
    private Path directory;

    private final Queue<String> said = new ConcurrentLinkedQueue<>();
    private final Logger logger = Logger.getLogger("dev.epik");
    private final Handler ear = new Handler() {
        @Override
        public void publish(LogRecord line) {
            said.add(new SimpleFormatter().format(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.setLevel(Level.ALL);
        logger.addHandler(ear);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(ear);
        logger.setLevel(null);
    }

    @Test
    void noCanaryIsFoundInAnyLogAnswerOrDescription() throws Exception {
        try (Shop shop = new Shop(directory)) {
            FileTokenStore store = FileTokenStore.at(shop.file);
            try (OAuthTokens tokens = shop.open(store)) {
                shop.desk.next(
                        error("canary-code used, says canary-secret-7351"),
                        grant("pina_canary-1", "pinr_canary-1"),
                        error("pinr_canary-1 of canary-secret-7351 has a problem"),
                        Answer.of(200, "{\"access_token\":\"pina_canary\\n\"}"),
                        Answer.of(500, "<html>pinr_canary-1</html>"),
                        Answer.of(400, "{\"error\":\"invalid_grant\",\"error_description\":\"pinr_canary-1\"}"));
                tell(tokens.connect("canary-code", REDIRECT));
                tell(tokens.connect("canary-code", REDIRECT));
                shop.clock.tick(DAY.multipliedBy(31));
                for (int i = 0; i < 6; i++) {
                    tell(tokens.token());
                    tell(shop.send(tokens));
                    shop.clock.tick(MINUTE);
                }
                tell(tokens);
                try (TokenStore.Lease lease = store.lock()) {
                    tell(lease.load());
                    tell(Standing.good(lease.load().get(), shop.clock.instant()));
                }
                tell(shop.desk);
                tell(AdAccount.of(Shop.ACCOUNT, tokens));
            }
            tell(store);
            tell(Shop.APP);
        }
        assertTrue(said.toString().contains("[redacted] of [client secret]"), "Pinterest's words are not quoted");
        assertTrue(said.toString().contains("Connect again"), "the log was not heard");
        assertNoCanary();
    }

    @Test
    void noCanaryIsFoundInARefusedSetting() {
        Instant now = Instant.EPOCH;
        tell(assertThrows(EpikException.class, () -> new OAuthApp("1499999", "canary secret")));
        tell(assertThrows(EpikException.class, () -> AccessToken.of("canary token")));
        tell(assertThrows(
                EpikException.class, () -> new OAuthGrant("canary token", now, now, "canary", Optional.empty())));
        tell(new OAuthGrant("canary-1", now, now.plus(Duration.ofDays(1)), "canary-2", Optional.empty()));
        tell(TokenEndpoint.saved("{\"access_token\":\"canary-1\",\"refresh_token\":\"canary-2\"}"));
        assertNoCanary();
    }

    private void tell(Object answer) {
        said.add(String.valueOf(answer));
    }

    private void assertNoCanary() {
        assertFalse(said.toString().contains(CANARY), said::toString);
    }

    private static Answer error(String message) {
        return Answer.of(400, "{\"code\":1,\"message\":\"" + message + "\"}");
    }

    private static Answer grant(String access, String refresh) {
        return Answer.of(
                200,
                "{\"access_token\":\"" + access + "\",\"expires_in\":2592000,\"refresh_token\":\"" + refresh + "\"}");
    }
}
