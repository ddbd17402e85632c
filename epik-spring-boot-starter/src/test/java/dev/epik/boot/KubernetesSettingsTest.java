// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;

/** The settings of the page about Kubernetes, on a real server. */
class KubernetesSettingsTest {
    @TempDir
    private Path directory;

    private ConfigurableApplicationContext start(String... properties) throws Exception {
        Files.copy(Path.of("src/test/docs/kubernetes.yml"), directory.resolve("application.yml"));
        List<String> all = new ArrayList<>(List.of(
                "--spring.config.additional-location=" + directory + "/",
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off",
                "--epik.api=http://127.0.0.1:1",
                "--spring.datasource.url=" + Postgres.newDatabase()));
        all.addAll(List.of(properties));
        return new SpringApplication(ShopProgram.class).run(all.toArray(String[]::new));
    }

    @Test
    void theSettingsOfThePageStartAShop() throws Exception {
        try (ConfigurableApplicationContext shop = start()) {
            Binder settings = Binder.get(shop.getEnvironment());
            assertEquals(
                    Duration.ofSeconds(20),
                    settings.bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class)
                            .get());
            assertEquals(
                    "/run/secrets/pinterest/token",
                    shop.getBean(EpikProperties.class).accessTokenFile());
        }
    }

    /** The connection comes from 127.0.0.1, which has the part of the ingress. The visitor has written the left one. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "not set",
            value = {
                "native, not set, 203.0.113.9",
                "native, 127.0.0.1, 203.0.113.9",
                "none, not set, 127.0.0.1",
                "none, 127.0.0.1, 203.0.113.9",
                "framework, not set, 198.51.100.1",
                "framework, 127.0.0.1, 198.51.100.1"
            })
    void theVisitHasTheAddressThatThePagePromises(String strategy, @Nullable String trusted, String address)
            throws Exception {
        try (ConfigurableApplicationContext shop = start(
                "--server.forward-headers-strategy=" + strategy,
                "--epik.trusted-proxies=" + (trusted == null ? "" : trusted))) {
            URI page =
                    URI.create("http://127.0.0.1:" + shop.getEnvironment().getProperty("local.server.port") + "/visit");
            HttpRequest request = HttpRequest.newBuilder(page)
                    .header("X-Forwarded-For", "198.51.100.1, 203.0.113.9")
                    .build();
            String visit = HttpClient.newHttpClient()
                    .send(request, BodyHandlers.ofString())
                    .body();
            assertEquals(address, visit.split(" ", -1)[1]);
        }
    }
}
