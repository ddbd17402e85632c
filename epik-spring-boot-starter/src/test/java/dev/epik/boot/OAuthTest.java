// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static dev.epik.boot.Sales.sale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.EpikClient;
import dev.epik.capi.oauth.OAuthTokens;
import dev.epik.testkit.FakePinterest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Tokens of OAuth, which are kept in a table of the data source. */
@Timeout(120)
class OAuthTest {
    private static final String REDIRECT = "https://shop.example/connected";

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {}

    private static ConfigurableApplicationContext start(String database, FakePinterest pinterest) {
        return new SpringApplicationBuilder(Shop.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--spring.main.banner-mode=off",
                        "--spring.datasource.url=" + database,
                        "--epik.mode=live",
                        "--epik.ad-account-id=549755885175",
                        "--epik.oauth.client-id=1234567",
                        "--epik.oauth.client-secret=a-secret",
                        "--epik.delivery.linger=0s",
                        "--epik.api=" + pinterest.uri());
    }

    @Test
    void aConnectedAdAccountStaysConnectedAfterARestart() throws Exception {
        String database = Postgres.newDatabase();
        try (FakePinterest pinterest = FakePinterest.builder("549755885175", "unused")
                .oauth("1234567", "a-secret")
                .start()) {
            try (ConfigurableApplicationContext shop = start(database, pinterest)) {
                String code = pinterest.tokenEndpoint().authorizationCode(REDIRECT);
                assertInstanceOf(
                        AccessToken.class, shop.getBean(OAuthTokens.class).connect(code, REDIRECT));
            }
            try (ConfigurableApplicationContext shop = start(database, pinterest)) {
                assertTrue(shop.getBean(EpikClient.class).submit(sale("1001")).isStored());
                assertEquals(
                        "1001",
                        pinterest.awaitEvents(1, Duration.ofSeconds(30)).get(0).id());
            }
        }
    }
}
