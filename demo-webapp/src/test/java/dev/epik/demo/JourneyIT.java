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

/**
 * Checks the shop in a real browser. A visitor lands, consents and buys, and the sale counts once. After a denial
 * nothing is sent.
 */
@RequiresChromium
class JourneyIT {
    private static final String CLICK_ID = "dj0yJnU9ZGVtby1jbGljayZuPTEyMzQ1Njc4OTA";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final ChromeDriver browser = Chromium.open();
    private DemoProcess shop;

    @BeforeEach
    void start() throws Exception {
        // no outbox file is named, so that the screenshots show the default place
        shop = new DemoProcess("EPIK_OUTBOX", "");
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
        await(() -> !browser.findElements(By.cssSelector(css)).isEmpty(), "not on the page: " + css);
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

    private void awaitText(String text) {
        await(() -> text().contains(text), "the page does not contain: " + text);
    }

    /** Returns the text of the page in one call: between two calls an element may disappear with its page. */
    private String text() {
        return String.valueOf(browser.executeScript("return document.body ? document.body.innerText : ''"));
    }

    private void await(BooleanSupplier condition, String message) {
        new WebDriverWait(browser, TIMEOUT)
                .withMessage(() -> message + "\nThe page: " + text())
                .until(page -> condition.getAsBoolean());
    }

    private void screenshot(String name) throws IOException {
        Path file = Path.of("target", "screenshots", name + ".png");
        Files.createDirectories(Path.of("target", "screenshots"));
        Files.write(file, browser.getScreenshotAs(OutputType.BYTES));
    }

    /** Buys a product, up to the thank-you page, and returns the order number. */
    private String buy() throws IOException {
        go("/products");
        screenshot("products");
        click("a[href='/product/lamp-03']");
        awaitText("Paper lamp");
        screenshot("product");
        click(".add button");
        awaitText("Your order");
        type("email", "jane@example.com");
        type("phone", "+49 30 901820");
        type("first_name", "Jane");
        type("last_name", "Doe");
        type("city", "Berlin");
        type("zip", "10115");
        type("country", "DE");
        screenshot("checkout");
        click(".checkout button");
        awaitText("Thank you");
        return browser.findElement(By.cssSelector(".number")).getText();
    }

    private void inspect(String order) {
        browser.get("http://localhost:" + shop.port() + "/inspector#" + order);
        browser.navigate().refresh();
        awaitText("What Pinterest received");
    }

    @Test
    void acceptedSaleCountsOnceAndDeniedSaleIsNotSent() throws Exception {
        go("/?epik=" + CLICK_ID);
        assertEquals(CLICK_ID, cookie());
        screenshot("landing");
        click(".banner button[value='granted']");
        await(() -> browser.findElements(By.cssSelector(".banner")).isEmpty(), "the banner stays");
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
        awaitText("2 received, 1 counted");
        awaitText(CLICK_ID);
        awaitText("counts as web");
        assertTrue(browser.findElement(By.id("journey")).getText().contains(order));
        screenshot("inspector");

        // reloading the thank-you page changes nothing
        int events = shop.events().size();
        go("/thank-you/" + order);
        browser.navigate().refresh();
        inspect(order);
        awaitText("2 received, 1 counted");
        assertEquals(events, shop.events().size());

        // the visitor withdraws the consent
        go("/");
        click(".choices summary");
        click(".choices button[value='denied']");
        await(() -> cookie().equals("none"), "the cookie stays");
        go("/?epik=another");
        assertEquals("none", cookie());
        String denied = buy();
        assertEquals(events, shop.events().size());
        inspect(denied);
        awaitText("Not sent: consent denied");
        awaitText("denied in the banner");
        screenshot("inspector-denied");
        assertFalse(shop.events().toString().contains(denied));
    }

    @Test
    void aRevocationByTheScriptCancelsTheSaleThatWaits() throws Exception {
        browser.get("http://localhost:" + shop.port() + "/inspector");
        click("#state-down");
        awaitText("Closes every connection without a response.");
        go("/?epik=" + CLICK_ID);
        click(".banner button[value='granted']");
        await(() -> browser.findElements(By.cssSelector(".banner")).isEmpty(), "the banner stays");
        String order = buy();
        inspect(order);
        awaitText("waiting");
        go("/");
        browser.executeScript("epik.revoke()");
        await(() -> cookie().equals("none"), "the cookie stays");
        inspect(order);
        awaitText("Nothing waiting");
        assertFalse(shop.events().toString().contains(order));
    }

    @Test
    void outageFillsTheQueueAndHealthyDrainsIt() throws Exception {
        browser.get("http://localhost:" + shop.port() + "/inspector");
        click("#state-down");
        awaitText("Closes every connection without a response.");
        String order = buy();
        inspect(order);
        awaitText("3 waiting");
        awaitText("No event is lost.");
        assertFalse(shop.events().toString().contains(order));
        screenshot("inspector-down");
        browser.manage().window().setSize(new Dimension(500, 1600));
        screenshot("inspector-down-narrow");
        browser.manage().window().setSize(new Dimension(1280, 1000));
        click("#state-healthy");
        awaitText("Nothing waiting");
        awaitText("2 received, 1 counted");
        assertTrue(shop.events().toString().contains(order));

        click("#state-rejects");
        awaitText("Rejects each sale with an odd order number.");
        String first = buy();
        String second = buy();
        String rejected = first.matches(".*[13579]") ? first : second;
        buy(); // an event becomes a dead letter only if Pinterest accepts another one afterwards
        inspect(rejected);
        awaitText("dead letters: 1");
        screenshot("inspector-rejected");
        click("#state-healthy");
        awaitText("Accepts valid events.");
        click("#redrive-checkout-" + rejected);
        await(() -> !text().contains("dead letters"), "dead letters stay");
        awaitText("2 received, 1 counted");
        assertEquals(List.of(), consoleMessages());
    }

    @Test
    void invalidFormKeepsItsInputAndNoPageViolatesItsPolicy() throws Exception {
        go("/checkout?sku=cup-01&quantity=1");
        type("email", "jane");
        type("city", "Berlin");
        click(".checkout button");
        awaitText("Your order is not placed yet.");
        assertEquals("Berlin", browser.findElement(By.name("city")).getDomProperty("value"));
        screenshot("bad-form");
        browser.get("http://localhost:" + shop.port() + "/inspector");
        awaitText("No click yet");
        screenshot("inspector-empty");
        assertEquals(
                List.of(),
                consoleMessages().stream()
                        .filter(message -> !message.contains("status of 422"))
                        .toList());
    }

    /** Returns the messages on the browser's console, above all violations of the content security policy. */
    private List<String> consoleMessages() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }
}
