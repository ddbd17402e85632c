// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import static dev.epik.boot.Sales.sale;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikClient;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;

/** Metrics, health, info and endpoint, over HTTP. The build runs it on several versions of Spring Boot. */
@Timeout(240)
class ActuatorTest {
    private static final HttpClient BROWSER = HttpClient.newHttpClient();
    private static final Duration LONG = Duration.ofSeconds(20);

    private FakePinterest pinterest;
    private @Nullable ConfigurableApplicationContext shop;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {}

    @Configuration(proxyBeanMethods = false)
    static class TwoClients {
        @Bean
        EpikClient one() {
            return EpikClient.unavailable("one");
        }

        @Bean
        EpikClient other() {
            return EpikClient.unavailable("other");
        }
    }

    /** A client of the application that has the starter's bean name. */
    @Configuration(proxyBeanMethods = false)
    static class SameName {
        @Bean
        EpikClient epikClient() {
            return EpikClient.unavailable("the shop's own");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrimaryClient extends TwoClients {
        @Bean
        @Primary
        EpikClient first() {
            return EpikClient.unavailable("the primary one");
        }
    }

    @BeforeEach
    void startPinterest() throws Exception {
        pinterest = FakePinterest.builder("549755885175", "a-token").start();
    }

    @AfterEach
    void stop() {
        if (shop != null) {
            shop.close();
        }
        pinterest.close();
    }

    private ConfigurableApplicationContext start(WebApplicationType web, Class<?> more, String... properties) {
        boolean isNamed = Arrays.stream(properties).anyMatch(each -> each.startsWith("epik.accounts."));
        ConfigurableApplicationContext started = new SpringApplicationBuilder(Shop.class, more)
                .web(web)
                .properties(
                        "spring.main.banner-mode=off",
                        "spring.autoconfigure.exclude=" + EpikAutoConfigurationTest.exclusions(),
                        "server.port=0",
                        "server.address=127.0.0.1",
                        "management.endpoints.web.exposure.include=*",
                        "management.endpoint.health.show-details=always",
                        "management.info.env.enabled=false",
                        "epik.mode=live",
                        isNamed ? "spring.application.name=named" : "epik.ad-account-id=549755885175",
                        "epik.access-token=a-token",
                        "epik.outbox.type=memory",
                        "epik.api=" + pinterest.uri())
                .run(Arrays.stream(properties).map(each -> "--" + each).toArray(String[]::new));
        shop = started;
        return started;
    }

    private URI page(String path) {
        Environment environment = Objects.requireNonNull(shop).getEnvironment();
        String ofActuator = environment.getProperty("local.management.port", "");
        return URI.create("http://127.0.0.1:"
                + (path.startsWith("/actuator") && !ofActuator.isEmpty()
                        ? ofActuator
                        : environment.getProperty("local.server.port"))
                + path);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return BROWSER.send(
                HttpRequest.newBuilder(page(path))
                        .header("Accept", "text/html, */*")
                        .build(),
                BodyHandlers.ofString());
    }

    private static boolean hasLine(String text, String start) {
        return text.lines().anyMatch(line -> line.startsWith(start));
    }

    @Test
    void prometheusScrapesClientAndFilter() throws Exception {
        EpikClient epik = start(WebApplicationType.SERVLET, Shop.class).getBean(EpikClient.class);
        assertTrue(epik.submit(sale("1001")).isStored());
        pinterest.awaitEvents(1, LONG);
        var unused = get("/?epik=dj0yJnU9a2xpY2s"); // a landing
        get("/actuator/prometheus"); // registers the counters that exist by now
        String scraped = get("/actuator/prometheus").body();
        assertTrue(hasLine(scraped, "epik_outbox_waiting"), scraped);
        assertTrue(hasLine(scraped, "epik_events_total{account=\"main\",click_id=\"false\""), scraped);
        assertTrue(hasLine(scraped, "epik_capture_total{result=\"captured\"} 1.0"), scraped);
        assertFalse(scraped.contains("549755885175"), "no id of an ad account is in a tag");
        assertEquals(200, get("/actuator/metrics/epik.outbox.waiting").statusCode());
        assertEquals(200, get("/actuator/metrics/epik.capture").statusCode());
    }

    private int pageEvent(String body) throws IOException, InterruptedException {
        return BROWSER.send(
                        HttpRequest.newBuilder(page("/_epik"))
                                .header("Sec-Fetch-Site", "same-origin")
                                .header("Content-Type", "text/plain")
                                .header("User-Agent", "Mozilla/5.0 Firefox/120.0")
                                .header("Referer", page("/product/1").toString())
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    void pageEventsAreReportedAndCountedOnceTheyAreEnabled() throws Exception {
        start(
                WebApplicationType.SERVLET,
                Shop.class,
                "epik.page-events.enabled=true",
                "spring.main.lazy-initialization=true");
        assertEquals(204, pageEvent("event=page_visit&id=1764239000000-0.25"));
        assertEquals(400, pageEvent("event=checkout&id=1764239000000-0.25"));
        ReceivedEvent received = pinterest.awaitEvents(1, LONG).get(0);
        assertEquals("page_visit 1764239000000-0.25", received.name() + " " + received.id());
        assertTrue(received.json().contains("/product/1"), "the page, not the beacon");
        String scraped = get("/actuator/prometheus").body();
        assertTrue(hasLine(scraped, "epik_page_events_total{result=\"queued\"} 1.0"), scraped);
        assertTrue(hasLine(scraped, "epik_page_events_total{result=\"malformed\"} 1.0"), scraped);
        assertTrue(
                hasLine(scraped, "epik_events_total{account=\"main\",click_id=\"false\",event=\"checkout\""), scraped);
        assertFalse(
                hasLine(scraped, "epik_events_total{account=\"main\",click_id=\"false\",event=\"page_visit\""),
                scraped);
    }

    @Test
    void pageEventsObeyTheSettingsForPrivacy() throws Exception {
        start(WebApplicationType.SERVLET, Shop.class, "epik.page-events.enabled=true", "epik.page-url=origin");
        assertEquals(204, pageEvent("event=page_visit&id=1764239000000-0.25"));
        assertFalse(pinterest.awaitEvents(1, LONG).get(0).json().contains("/product/1"));
    }

    @Test
    void pageEventsAreOffByDefault() throws Exception {
        start(WebApplicationType.SERVLET, Shop.class);
        assertEquals(404, pageEvent("event=page_visit&id=1764239000000-0.25"));
    }

    @Test
    void aReactiveApplicationHasTheMetersOfTheClient() throws Exception {
        start(WebApplicationType.REACTIVE, Shop.class);
        String scraped = get("/actuator/prometheus").body();
        assertTrue(hasLine(scraped, "epik_outbox_waiting"), scraped);
        assertFalse(hasLine(scraped, "epik_capture"), scraped);
    }

    @Test
    void twoClientsOfTheApplicationHaveNoMetersAndNoHealth() throws Exception {
        start(WebApplicationType.SERVLET, TwoClients.class);
        assertFalse(hasLine(get("/actuator/prometheus").body(), "epik_outbox"));
        assertEquals(404, get("/actuator/health/epik").statusCode());
        assertEquals(404, get("/actuator/epik").statusCode());
    }

    @Test
    void thePrimaryOneOfTwoClientsHasMetersAndHealth() throws Exception {
        start(WebApplicationType.SERVLET, PrimaryClient.class);
        assertTrue(hasLine(get("/actuator/prometheus").body(), "epik_outbox"));
        while (!get("/actuator/health/epik").body().contains("\"paused\":\"the primary one\"")) {
            Thread.sleep(20);
        }
        assertTrue(get("/actuator/epik").body().contains("\"accounts\""));
    }

    @Test
    void aClientOfTheApplicationHasHealthWithoutTheSettingsOfAnother() throws Exception {
        start(WebApplicationType.SERVLET, SameName.class);
        HttpResponse<String> health = get("/actuator/health/epik");
        assertEquals(200, health.statusCode());
        assertFalse(health.body().contains("\"mode\""), health::body);
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVLET", "REACTIVE"})
    void theActuatorMayHaveAPortOfItsOwnInALazyApplication(WebApplicationType web) throws Exception {
        EpikClient epik = start(web, Shop.class, "management.server.port=0", "spring.main.lazy-initialization=true")
                .getBean(EpikClient.class);
        assertTrue(epik.submit(sale("1001")).isStored());
        pinterest.awaitEvents(1, LONG);
        assertTrue(hasLine(get("/actuator/prometheus").body(), "epik_outbox_waiting"));
        assertTrue(get("/actuator/health/epik").body().contains("\"mode\":\"live\""));
        assertTrue(get("/actuator/epik/main").body().contains("\"waiting\":"));
        assertTrue(get("/actuator/info").body().contains("\"mode\":\"live\""));
    }

    /** Nothing is set, or delivery is only captured: the application starts, and health names what is missing. */
    @Test
    void withoutSettingsHealthNamesWhatIsMissing() throws Exception {
        shop = new SpringApplicationBuilder(Shop.class)
                .run(
                        "--spring.main.banner-mode=off",
                        "--spring.autoconfigure.exclude=" + EpikAutoConfigurationTest.exclusions(),
                        "--server.port=0",
                        "--management.endpoints.web.exposure.include=*",
                        "--management.endpoint.health.show-details=always");
        while (!get("/actuator/health/epik").body().contains("set epik.mode")) {
            Thread.sleep(20);
        }
        assertEquals(200, get("/actuator/health/epik").statusCode());
        assertTrue(hasLine(get("/actuator/prometheus").body(), "epik_outbox_waiting"));
        assertEquals(200, get("/actuator/epik").statusCode());
        assertEquals(200, get("/actuator/info").statusCode());
        assertEquals(400, get("/actuator/epik/main").statusCode());
    }

    @Test
    void healthIsUpWithDetailsAndInNoProbe() throws Exception {
        EpikClient epik = start(
                        WebApplicationType.SERVLET, Shop.class, "management.endpoint.health.probes.enabled=true")
                .getBean(EpikClient.class);
        assertTrue(epik.submit(sale("1001")).isStored());
        pinterest.awaitEvents(1, LONG);
        String health = get("/actuator/health/epik").body();
        while (!health.contains("waiting") || !health.contains("lastAccepted")) {
            Thread.sleep(20);
            health = get("/actuator/health/epik").body();
        }
        assertTrue(health.contains("\"status\":\"UP\""), health);
        for (String detail :
                List.of("\"account\":\"549755885175\"", "\"mode\":\"live\"", "\"outbox\":\"memory\"", "\"dead\":0")) {
            assertTrue(health.contains(detail), health);
        }
        assertFalse(health.contains("a-token") || health.contains("203.0.113") || health.contains("1001"), health);
        assertFalse(get("/actuator/health/readiness").body().contains("epik"));
        assertFalse(get("/actuator/health/liveness").body().contains("epik"));
        String info = get("/actuator/info").body();
        assertTrue(info.contains("\"mode\":\"live\"") && info.contains("\"outbox\":\"memory\""), info);
    }

    @Test
    void healthCanBeSwitchedOff() throws Exception {
        start(WebApplicationType.SERVLET, Shop.class, "management.health.epik.enabled=false");
        assertEquals(404, get("/actuator/health/epik").statusCode());
    }

    @Test
    void aPauseIsADetailAndDownOnlyIfChosen() throws Exception {
        String[] properties = {"epik.access-token=", "epik.delivery.linger=0s"};
        EpikClient epik =
                start(WebApplicationType.SERVLET, Shop.class, properties).getBean(EpikClient.class);
        assertTrue(epik.submit(sale("1001")).isStored());
        awaitHealth("\"trouble\":\"reconnect\"");
        assertEquals(200, get("/actuator/health").statusCode());
        stop();
        startPinterest();
        epik = start(
                        WebApplicationType.SERVLET,
                        Shop.class,
                        properties[0],
                        properties[1],
                        "epik.health.down-on=storage,reconnect")
                .getBean(EpikClient.class);
        assertEquals(200, get("/actuator/health/epik").statusCode());
        assertTrue(epik.submit(sale("1001")).isStored());
        awaitHealth("\"trouble\":\"reconnect\"");
        assertEquals(503, get("/actuator/health").statusCode());
    }

    private void awaitHealth(String text) throws Exception {
        while (!get("/actuator/health/epik").body().contains(text)) {
            Thread.sleep(20);
        }
    }

    /** The directory of the outbox is a device, so it cannot be opened. */
    @Test
    void anOutboxThatCannotBeOpenedIsATroubleAndTheMetersAreThere() throws Exception {
        start(
                WebApplicationType.SERVLET,
                Shop.class,
                "epik.outbox.type=sqlite",
                "epik.outbox.file=/dev/null/epik.db",
                "epik.health.down-on=storage");
        HttpResponse<String> health = get("/actuator/health/epik");
        assertEquals(503, health.statusCode());
        assertTrue(health.body().contains("\"trouble\":\"storage\""), health::body);
        assertTrue(hasLine(get("/actuator/prometheus").body(), "epik_outbox_waiting NaN"));
        assertEquals(200, get("/actuator/epik").statusCode());
    }

    @Test
    void theEndpointShowsCountsAndStatesAndActsOnlyIfAllowed() throws Exception {
        EpikClient epik = start(
                        WebApplicationType.SERVLET,
                        Shop.class,
                        "epik.accounts.at.ad-account-id=549755885175",
                        "epik.accounts.de.ad-account-id=549755885176",
                        "epik.default-account=at")
                .getBean(EpikClient.class);
        assertTrue(epik.submit(sale("1001")).isStored());
        pinterest.awaitEvents(1, LONG);
        String all = get("/actuator/epik").body();
        assertTrue(all.contains("\"stored\":1") && all.contains("\"de\":{}"), all);
        String one = get("/actuator/epik/de").body();
        assertTrue(one.contains("\"waiting\":0"), one);
        assertEquals(400, get("/actuator/epik/fr").statusCode());
        assertTrue(post("/actuator/epik/at", "redrive").statusCode() >= 400, "writing is off by default");
    }

    @Test
    void anOperatorMayRedriveAndResume() throws Exception {
        start(WebApplicationType.SERVLET, Shop.class, "management.endpoint.epik.access=unrestricted");
        HttpResponse<String> redriven = post("/actuator/epik/main", "redrive");
        assertTrue(redriven.body().contains("\"redriven\":0"), redriven::body);
        HttpResponse<String> resumed = post("/actuator/epik/main", "resume");
        assertTrue(resumed.body().contains("\"resumed\":true"), resumed::body);
    }

    private HttpResponse<String> post(String path, String action) throws IOException, InterruptedException {
        return BROWSER.send(
                HttpRequest.newBuilder(page(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"action\":\"" + action + "\"}"))
                        .build(),
                BodyHandlers.ofString());
    }
}
