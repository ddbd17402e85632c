// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.browser.Chromium;
import dev.epik.testing.browser.RequiresChromium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The whole walk in a real browser: land, accept, buy, counted once; then deny, and nothing sent. */
@RequiresChromium
class JourneyIT {
    private static final String CLICK_ID = "dj0yJnU9ZGVtby1jbGljayZuPTEyMzQ1Njc4OTA";
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ChromeDriver browser = Chromium.open();
    private DemoProcess shop;

    @BeforeEach
    void start() throws Exception {
        shop = new DemoProcess(
                "EPIK_OUTBOX", ""); // its own place, in a home of its own: that is what the screenshots show
    }

    @AfterEach
    void close() {
        browser.quit();
        shop.close();
    }

    private void go(String path) {
        browser.get("http://www.shop.example:" + shop.port() + path);
    }

    private void click(String css) {
        waits(() -> !browser.findElements(By.cssSelector(css)).isEmpty(), "never there: " + css);
        browser.findElement(By.cssSelector(css)).click();
    }

    private void type(String field, String text) {
        WebElement input = browser.findElement(By.name(field));
        input.clear();
        input.sendKeys(text);
    }

    private String cookie() {
        var cookie = browser.manage().getCookieNamed("_epik");
        return cookie == null ? "none" : cookie.getValue();
    }

    /** Waits until the page says it. */
    private void sees(String text) {
        waits(() -> text().contains(text), "never saw: " + text);
    }

    /** In one call: an element that is found first and read then may be gone with its page in between. */
    private String text() {
        return String.valueOf(browser.executeScript("return document.body ? document.body.innerText : ''"));
    }

    private void waits(BooleanSupplier until, String otherwise) {
        new WebDriverWait(browser, SOON)
                .withMessage(() -> otherwise + "\nbut: " + text())
                .until(page -> until.getAsBoolean());
    }

    private void screenshot(String name) throws IOException {
        Path file = Path.of("target", "screenshots", name + ".png");
        Files.createDirectories(Path.of("target", "screenshots"));
        Files.write(file, browser.getScreenshotAs(OutputType.BYTES));
    }

    /** From the product to the thank-you page; gives the order's number back. */
    private String buy() throws IOException {
        go("/products");
        screenshot("products");
        click("a[href='/product/lamp-03']");
        sees("Paper lamp");
        screenshot("product");
        click(".add button");
        sees("Your order");
        type("email", "jane@example.com");
        type("phone", "+49 30 901820");
        type("first_name", "Jane");
        type("last_name", "Doe");
        type("city", "Berlin");
        type("zip", "10115");
        type("country", "DE");
        screenshot("checkout");
        click(".checkout button");
        sees("Thank you");
        return browser.findElement(By.cssSelector(".number")).getText();
    }

    private void inspect(String order) {
        browser.get("http://localhost:" + shop.port() + "/inspector#" + order);
        browser.navigate().refresh();
        sees("What Pinterest received");
    }

    @Test
    void acceptedSaleCountsOnceAndDeniedSaleIsNotSent() throws Exception {
        go("/?epik=" + CLICK_ID);
        assertEquals(CLICK_ID, cookie());
        screenshot("landing");
        click(".banner button[value='granted']");
        waits(() -> browser.findElements(By.cssSelector(".banner")).isEmpty(), "the banner stays");
        assertEquals(CLICK_ID, cookie());
        assertEquals(
                List.of(".shop.example"),
                browser.manage().getCookies().stream()
                        .filter(each -> each.getName().equals("_epik"))
                        .map(Cookie::getDomain)
                        .toList());

        String order = buy();
        screenshot("thank-you");
        inspect(order);
        sees("2 received, 1 counted");
        sees(CLICK_ID);
        sees("counts as web");
        assertTrue(browser.findElement(By.id("journey")).getText().contains(order));
        screenshot("inspector");

        // reloading the thank-you page changes nothing
        int events = shop.events().size();
        go("/thank-you/" + order);
        browser.navigate().refresh();
        inspect(order);
        sees("2 received, 1 counted");
        assertEquals(events, shop.events().size());

        // changing one's mind
        go("/");
        click(".choices summary");
        click(".choices button[value='denied']");
        waits(() -> cookie().equals("none"), "the cookie stays");
        go("/?epik=another");
        assertEquals("none", cookie());
        String silent = buy();
        assertEquals(events, shop.events().size());
        inspect(silent);
        sees("Not sent: consent denied");
        sees("denied in the banner");
        screenshot("inspector-denied");
        assertFalse(shop.events().toString().contains(silent));
    }

    @Test
    void outageFillsTheQueueAndHealthyDrainsIt() throws Exception {
        browser.get("http://localhost:" + shop.port() + "/inspector");
        click("#state-down");
        sees("Closes every connection without a response.");
        String order = buy();
        inspect(order);
        sees("3 waiting");
        sees("No event is lost.");
        assertFalse(shop.events().toString().contains(order));
        screenshot("inspector-down");
        browser.manage().window().setSize(new Dimension(500, 1600));
        screenshot("inspector-down-narrow");
        browser.manage().window().setSize(new Dimension(1280, 1000));
        click("#state-healthy");
        sees("Nothing waiting");
        sees("2 received, 1 counted");
        assertTrue(shop.events().toString().contains(order));

        click("#state-rejects");
        sees("Rejects each sale with an odd order number.");
        String first = buy();
        String second = buy();
        String rejected = first.matches(".*[13579]") ? first : second;
        buy(); // an event is rejected once another one was taken after it
        inspect(rejected);
        sees("dead letters: 1");
        screenshot("inspector-rejected");
        click("#state-healthy");
        sees("Accepts valid events.");
        click("#redrive-checkout-" + rejected);
        waits(() -> !text().contains("dead letters"), "dead letters stay");
        sees("2 received, 1 counted");
        assertEquals(List.of(), complaints());
    }

    @Test
    void invalidFormKeepsItsInputAndNoPageViolatesItsPolicy() throws Exception {
        go("/checkout?sku=cup-01&quantity=1");
        type("email", "jane");
        type("city", "Berlin");
        click(".checkout button");
        sees("Your order is not placed yet.");
        assertEquals("Berlin", browser.findElement(By.name("city")).getDomProperty("value"));
        screenshot("bad-form");
        browser.get("http://localhost:" + shop.port() + "/inspector");
        sees("No click yet");
        screenshot("inspector-empty");
        assertEquals(
                List.of(),
                complaints().stream()
                        .filter(message -> !message.contains("status of 422"))
                        .toList());
    }

    /** What the browser wrote to its console: broken policies above all. */
    private List<String> complaints() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }
}
