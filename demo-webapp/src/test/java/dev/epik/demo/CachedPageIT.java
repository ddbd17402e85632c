// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.epik.testing.Await;
import dev.epik.testing.browser.Chromium;
import dev.epik.testing.browser.RequiresChromium;
import dev.epik.testing.cache.RealCaches;
import dev.epik.testing.cache.RequiresCaches;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;

/** A page of the demo in a real nginx cache, visited by real browsers, as no filter can see it. */
@RequiresCaches
@RequiresChromium
class CachedPageIT {
    private static final int VISITORS = 100;

    /** Without the word that marks a browser without a window as a robot. */
    private static final String USER_AGENT =
            "--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0";

    @Test
    void eachVisitorOfACachedPageIsOneVisitWithAnIdOfItsOwn() throws Exception {
        ChromeDriver browser = Chromium.open(USER_AGENT);
        try (DemoProcess shop = new DemoProcess();
                RealCaches caches = RealCaches.start(shop.port())) {
            String page = "http://www.shop.example:" + caches.port(RealCaches.Recipe.NGINX_AS_IT_COMES) + "/guide";
            for (int i = 0; i < VISITORS; i++) {
                browser.executeCdpCommand("Network.clearBrowserCookies", Map.of());
                browser.get(page);
            }
            Await.until(() -> visits(shop).size() == VISITORS && hitsOfTheTag(shop) == VISITORS);
            assertEquals(VISITORS - 1, caches.nginxHits("/guide"), "the application rendered the page once");
            Set<String> ids = new HashSet<>();
            for (JsonNode visit : visits(shop)) {
                ids.add(visit.path("id").asText());
                assertEquals(1, visit.path("serverEvents").asInt());
                assertEquals(1, visit.path("tagHits").asInt());
                assertEquals(1, visit.path("counted").asInt(), "with its tag it counts once");
                String url = visit.path("json").path("event_source_url").asText();
                assertTrue(url.endsWith("/guide"), url);
            }
            assertEquals(VISITORS, ids.size());

            browser.findElement(By.id("choose")).click();
            Await.until(() -> !events(shop, "add_to_cart").isEmpty());
            browser.get("http://localhost:" + shop.port() + "/inspector");
            Await.until(() -> browser.findElement(By.tagName("body")).getText().contains("Add to basket"));
            Path file = Path.of("target", "screenshots", "page-events.png");
            Files.createDirectories(file.getParent());
            Files.write(file, browser.getScreenshotAs(OutputType.BYTES));
        } finally {
            browser.quit();
        }
    }

    private static List<JsonNode> visits(DemoProcess shop) throws Exception {
        return events(shop, "page_visit");
    }

    private static int hitsOfTheTag(DemoProcess shop) throws Exception {
        return visits(shop).stream()
                .mapToInt(visit -> visit.path("tagHits").asInt())
                .sum();
    }

    private static List<JsonNode> events(DemoProcess shop, String name) throws Exception {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode event : shop.awaitState(state -> true).path("events")) {
            if (event.path("name").asText().equals(name)) {
                found.add(event);
            }
        }
        return found;
    }
}
