// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.ConfigurableApplicationContext;

/** A controller's argument, on a real server. The client has no setting, so that events are captured only. */
class VisitArgumentTest {
    private static ConfigurableApplicationContext start(String... properties) throws Exception {
        SpringApplication application = new SpringApplication(ShopProgram.class);
        String[] all = Stream.concat(
                        Stream.of(
                                "--server.port=0",
                                "--server.address=127.0.0.1",
                                "--spring.main.banner-mode=off",
                                "--spring.datasource.url=" + Postgres.newDatabase()),
                        Stream.of(properties))
                .toArray(String[]::new);
        return application.run(all);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "none, GRANTED 127.0.0.1 abc",
                "127.0.0.1, GRANTED 203.0.113.9 abc",
                "10.0.0.0/8, GRANTED 127.0.0.1 abc"
            })
    void isTheVisitOfTheRequestAsTheTrustedProxiesReportIt(@Nullable String trusted, String visit) throws Exception {
        String[] properties = trusted == null ? new String[0] : new String[] {"--epik.trusted-proxies=" + trusted};
        try (ConfigurableApplicationContext shop = start(properties)) {
            URI page = URI.create(
                    "http://127.0.0.1:" + shop.getEnvironment().getProperty("local.server.port") + "/visit?epik=abc");
            String answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(page)
                                    .header("X-Forwarded-For", "198.51.100.1, 203.0.113.9")
                                    .header("Accept", "text/html")
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            assertEquals(visit, answer);
        }
    }

    @Test
    void aWrongNetworkIsOneShortMessage() {
        Exception failure = assertThrows(Exception.class, () -> start("--epik.trusted-proxies=10.0.0/8"));
        FailureAnalysis analysis = new SettingFailureAnalyzer().analyze(failure);
        assertTrue(analysis != null && analysis.getDescription().contains("10.0.0/8"), failure::toString);
    }
}
