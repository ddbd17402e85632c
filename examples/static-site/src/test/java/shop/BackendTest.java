// SPDX-License-Identifier: Apache-2.0
package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.htmlunit.Page;
import org.htmlunit.WebClient;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The site in a browser that runs its scripts, from the ad to Pinterest. */
@Timeout(60)
class BackendTest {
    private final WebClient browser = new WebClient();

    @TempDir
    Path folder;

    private FakePinterest pinterest;
    private Backend shop;
    private HtmlPage page;

    @BeforeEach
    void landFromTheAd() throws Exception {
        pinterest = FakePinterest.builder("549755885175", "fake-token").start();
        shop = new Backend(0, pinterest.uri(), folder.resolve("epik.db"));
        page = browser.getPage("http://localhost:" + shop.port() + "/?epik=dj0yJnU9ZGVtbw");
    }

    @AfterEach
    void stop() {
        browser.close();
        shop.close();
        pinterest.close();
    }

    private String buy() throws Exception {
        page.<HtmlInput>querySelector("input[name=email]").setValue("jane@shop.example");
        Page receipt = page.getElementById("buy").click();
        return receipt.getWebResponse().getContentAsString();
    }

    @Test
    void aSaleReachesPinterestWithTheClickIdOfTheLandingPage() throws Exception {
        assertNull(browser.getCookieManager().getCookie("_epik"), "nothing is kept before a yes");
        page.getElementById("accept").click();
        assertNotNull(browser.getCookieManager().getCookie("_epik"));
        String receipt = buy();

        ReceivedEvent event = pinterest.awaitEvents(1, Duration.ofSeconds(20)).get(0);
        assertTrue(receipt.contains(event.id()), receipt);
        assertTrue(event.json().contains("\"click_id\":\"dj0yJnU9ZGVtbw\""), event.json());
    }

    @Test
    void aSaleWithoutConsentIsNotReported() throws Exception {
        page.getElementById("deny").click();
        String receipt = buy();
        assertTrue(receipt.contains("NoConsent"), receipt);
        assertEquals(List.of(), pinterest.received());
    }
}
