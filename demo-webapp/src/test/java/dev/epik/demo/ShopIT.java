// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.testing.PublishedSchema;
import dev.epik.testkit.FakePinterest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the shop over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShopIT {
    private static final String CLICK_ID =
            "dj0yJnU9SzJhQ3p4bUhNMXpXSWJ1d0tBX3RkSDlSUGZxVHdsYjAmcD0wJm49TFRTNmV1d0p6bm9l";

    private DemoProcess shop;

    @BeforeAll
    void start() throws Exception {
        shop = new DemoProcess();
    }

    @AfterAll
    void stop() {
        shop.close();
    }

    private static Map<String, String> form(String... changes) {
        Map<String, String> form = new LinkedHashMap<>(Map.of(
                "email", "Canary.Jane@Shop.example",
                "phone", "+1 555 735 1999",
                "first_name", "Canaryfirst",
                "last_name", "Canarylast",
                "city", "Canarytown",
                "state", "CA",
                "zip", "C4N4RY",
                "country", "US",
                "sku", "lamp-03",
                "quantity", "2"));
        for (int i = 0; i < changes.length; i += 2) {
            form.put(changes[i], changes[i + 1]);
        }
        return form;
    }

    @Test
    void landingSetsOneCookieAndTheSaleHasTheUnchangedClickId() throws Exception {
        HttpResponse<String> landing = shop.get("/?utm_source=pinterest&epik=" + CLICK_ID);
        assertEquals(
                List.of("_epik=" + CLICK_ID + "; Path=/; Max-Age=31536000; SameSite=Lax"),
                DemoProcess.setCookies(landing));

        int before = shop.events().size();
        HttpResponse<String> redirect = shop.post("/checkout", form(), "Cookie", "_epik=" + CLICK_ID);
        assertEquals(303, redirect.statusCode());
        assertEquals("good", shop.awaitNewestSettled().at("/status/level").asText());
        JsonNode received = shop.events();
        assertEquals(before + 1, received.size());
        JsonNode sale = received.get(before);
        PublishedSchema.check("{\"data\":[" + sale.path("event") + "]}");
        assertEquals("processed", sale.path("status").asText());
        assertEquals("checkout", sale.at("/event/event_name").asText());
        assertEquals(CLICK_ID, sale.at("/event/user_data/click_id").asText());
        assertEquals("178.00", sale.at("/event/custom_data/value").asText());
        for (String key : List.of("em", "ph", "fn", "ln", "ct", "st", "zp", "country")) {
            assertTrue(sale.at("/event/user_data/" + key + "/0").asText().matches("[0-9a-f]{64}"), key);
        }

        String thanks = redirect.headers().firstValue("Location").orElse("");
        String first = shop.get(thanks, "Cookie", "_epik=" + CLICK_ID).body();
        String again = shop.get(thanks, "Cookie", "_epik=" + CLICK_ID).body();
        assertTrue(
                first.contains("tag.js") && !again.contains("tag.js"),
                "the page calls the tag at the first visit only");
        assertEquals(before + 1, shop.events().size());
    }

    @Test
    void tagAndServerReportTheSameSaleAndPinterestCountsItOnce() throws Exception {
        HttpResponse<String> redirect = shop.post("/checkout", form());
        String thanks =
                shop.get(redirect.headers().firstValue("Location").orElse("")).body();
        JsonNode call = pintrk(thanks);
        assertEquals("track", call.path(0).asText());
        assertEquals(178.00, call.at("/2/value").asDouble());
        assertEquals("lamp-03", call.at("/2/line_items/0/product_id").asText());
        assertEquals(204, shop.sendTagHit(call).statusCode());
        JsonNode sale = shop.awaitNewestSettled();
        assertEquals(call.at("/2/event_id").asText(), sale.path("id").asText());
        assertEquals(1, sale.path("serverEvents").asInt());
        assertEquals(1, sale.path("tagHits").asInt());
        assertEquals(1, sale.path("counted").asInt());
    }

    /** Returns the tag's arguments as the browser reads them from the page. */
    private static JsonNode pintrk(String page) throws Exception {
        Matcher attribute = Pattern.compile("data-pintrk='([^']*)'").matcher(page);
        assertTrue(attribute.find(), page);
        return new ObjectMapper().readTree(attribute.group(1).replace("&quot;", "\""));
    }

    @Test
    void consentAfterTheOrderDoesNotReportItByTheTag() throws Exception {
        HttpResponse<String> redirect = shop.post("/checkout", form(), "Cookie", "shop_consent=denied");
        String thanks = redirect.headers().firstValue("Location").orElse("");
        assertFalse(shop.get(thanks, "Cookie", "shop_consent=granted").body().contains("tag.js"));
    }

    @Test
    void doubleClickOnBuyIsOneOrder() throws Exception {
        int before = shop.events().size();
        HttpResponse<String> first = shop.post("/checkout", form("attempt", "the-same"));
        HttpResponse<String> second = shop.post("/checkout", form("attempt", "the-same"));
        assertEquals(first.headers().firstValue("Location"), second.headers().firstValue("Location"));
        shop.awaitNewestSettled();
        assertEquals(before + 1, shop.events().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "epik=",
                "epik",
                "epik=%0d%0aSet-Cookie:%20x=1",
                "epik=%c0%ae",
                "epik=a%3Bb",
                "epik=%3Cscript%3Ealert(1)%3C/script%3E",
                "epik=%00",
                "epik=%20&epik=dj0y",
            })
    void invalidClickIdSetsNoCookieAndThePageIsServed(String query) throws Exception {
        HttpResponse<String> landing = shop.get("/?" + query);
        assertEquals(200, landing.statusCode());
        assertEquals(List.of(), DemoProcess.setCookies(landing));
        assertFalse(landing.body().contains("<script>alert"));
    }

    @Test
    void tooLongClickIdSetsNoCookieAndThePageIsServed() throws Exception {
        HttpResponse<String> landing = shop.get("/?epik=" + "a".repeat(4000));
        assertEquals(200, landing.statusCode());
        assertEquals(List.of(), DemoProcess.setCookies(landing));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "email|no address|Enter an email address",
                "email||Enter an email address",
                "phone|call me|Enter digits with the country code",
                "country|Germany|Enter a two-letter country code",
                "quantity|0|Enter a number from 1 to 20",
                "quantity|99999999999|Enter a number from 1 to 20",
                "quantity|two|Enter a number from 1 to 20",
                "sku|no-such-thing|Choose a product",
            })
    void invalidFormShowsTheErrorAndKeepsItsInput(String field, String value, String cure) throws Exception {
        int before = shop.events().size();
        Map<String, String> typed =
                form(field, value == null ? "" : value, "city", "Town \"><script>alert(1)</script>");
        HttpResponse<String> answer = shop.post("/checkout", typed);
        assertEquals(422, answer.statusCode());
        assertTrue(answer.body().contains(cure), answer.body());
        assertTrue(answer.body().contains("Canaryfirst"), "the input is lost");
        assertTrue(answer.body().contains("Town &quot;&gt;&lt;script&gt;"), "the input is not escaped");
        assertEquals(before, shop.events().size());
    }

    @Test
    void emptyFormAndUnknownPagesGetAnErrorPage() throws Exception {
        assertEquals(422, shop.post("/checkout", Map.of()).statusCode());
        assertEquals(404, shop.get("/thank-you/unknown").statusCode());
        assertEquals(404, shop.get("/product/nothing").statusCode());
    }

    @Test
    void denialErasesTheCookieSendsNothingAndTheInspectorShowsWhy() throws Exception {
        HttpResponse<String> answer = shop.post("/consent", Map.of("answer", "denied", "back", "/products"));
        assertEquals("/products", answer.headers().firstValue("Location").orElse(""));
        assertTrue(DemoProcess.setCookies(answer).get(0).startsWith("shop_consent=denied;"));
        String denied = "shop_consent=denied";
        HttpResponse<String> landing = shop.get("/?epik=" + CLICK_ID, "Cookie", denied);
        assertEquals(List.of(), DemoProcess.setCookies(landing));
        assertFalse(landing.body().contains("epik.min.js"), "the script would write what the filter does not");
        HttpResponse<String> next = shop.get("/products", "Cookie", denied + "; _epik=" + CLICK_ID);
        assertEquals(List.of("_epik=; Path=/; Max-Age=0; SameSite=Lax"), DemoProcess.setCookies(next));

        int before = shop.events().size();
        assertEquals(
                303,
                shop.post("/checkout", form(), "Cookie", denied + "; _epik=" + CLICK_ID)
                        .statusCode());
        JsonNode newest = shop.awaitNewestSettled();
        assertEquals("Not sent: consent denied", newest.at("/status/title").asText());
        assertEquals("denied in the banner", newest.path("consentReason").asText());
        assertTrue(newest.path("clickId").isNull());
        assertTrue(newest.path("json").isMissingNode());
        assertEquals(before, shop.events().size());
    }

    @Test
    void globalPrivacyControlCountsAsDenial() throws Exception {
        int before = shop.events().size();
        assertEquals(List.of(), DemoProcess.setCookies(shop.get("/?epik=" + CLICK_ID, "Sec-GPC", "1")));
        shop.post("/checkout", form(), "Sec-GPC", "1");
        assertEquals(
                "Sec-GPC: 1", shop.awaitNewestSettled().path("consentReason").asText());
        assertEquals(before, shop.events().size());
    }

    @Test
    void requiredConsentSendsNothingBeforeItIsGivenAndKeepsTheClick() throws Exception {
        try (DemoProcess europe = new DemoProcess("EPIK_CONSENT", "required")) {
            HttpResponse<String> landing = europe.get("/?epik=" + CLICK_ID);
            assertEquals(List.of(), DemoProcess.setCookies(landing));
            assertTrue(
                    landing.body().contains("name=\"back\" value=\"/?epik=" + CLICK_ID + "\""),
                    "the form has the page to return to");
            assertFalse(landing.body().contains("epik.min.js"));

            europe.post("/checkout", form(), "Cookie", "_epik=" + CLICK_ID);
            assertEquals(
                    "Not sent: no consent yet",
                    europe.awaitNewestSettled().at("/status/title").asText());
            europe.get("/product/lamp-03");
            assertEquals(0, europe.events().size());

            // on the next page the referrer still has the click id, and the form keeps it
            String referrer = europe.uri() + "/?epik=" + CLICK_ID;
            String next = europe.get("/products", "Referer", referrer).body();
            assertTrue(next.contains("name=\"back\" value=\"/products?epik=" + CLICK_ID + "\""), next);

            HttpResponse<String> yes =
                    europe.post("/consent", Map.of("answer", "granted", "back", "/?epik=" + CLICK_ID));
            String back = yes.headers().firstValue("Location").orElse("");
            HttpResponse<String> after = europe.get(back, "Cookie", "shop_consent=granted");
            assertTrue(DemoProcess.setCookies(after).get(0).startsWith("_epik=" + CLICK_ID + ";"));
            europe.post("/checkout", form(), "Cookie", "shop_consent=granted; _epik=" + CLICK_ID);
            europe.awaitNewestSettled();
            assertEquals(
                    CLICK_ID, europe.events().at("/0/event/user_data/click_id").asText());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.example/",
                "https://evil.example/",
                "/\\evil.example",
                "javascript:alert(1)",
                "/a\r\nX: 1"
            })
    void bannerRedirectsOnlyToTheShop(String back) throws Exception {
        HttpResponse<String> answer = shop.post("/consent", Map.of("answer", "granted", "back", back));
        assertEquals("/", answer.headers().firstValue("Location").orElse(""));
    }

    @Test
    void inspectorRespondsOnlyToThisMachine() throws Exception {
        assertEquals(200, shop.get("/inspector").statusCode());
        HttpResponse<String> proxied = shop.get("/inspector/events.json", "X-Forwarded-For", "192.0.2.7");
        assertEquals(403, proxied.statusCode());
        assertTrue(proxied.body().contains("EPIK_INSPECTOR=open"));
    }

    @Test
    void invalidTokenIsShownAndNoEventIsLost() throws Exception {
        try (FakePinterest strict =
                        FakePinterest.builder("123", "the-right-token").start();
                DemoProcess test = new DemoProcess(
                        "PINTEREST_AD_ACCOUNT_ID", "123",
                        "PINTEREST_ACCESS_TOKEN", "canary-token-7351",
                        "EPIK_API", strict.uri().toString())) {
            assertTrue(test.get("/inspector").body().contains(">TEST<"));
            test.post("/checkout", form(), "Cookie", "_epik=" + CLICK_ID);
            JsonNode state = test.awaitState(
                    now -> now.at("/events/0/status/title").asText().equals("Waiting"));
            assertTrue(state.at("/events/0/status/cure").asText().contains("401"), state::toString);
            assertTrue(state.at("/delivery/pause").asText().contains("The access token is wrong"), state::toString);
            assertEquals(1, state.at("/delivery/waiting").asInt());
            assertFalse((state + test.output()).contains("canary-token"), "the token is shown");
        }
    }

    @Test
    void testModeSendsToTheRealApiAndShowsItsResponse() throws Exception {
        try (FakePinterest real = FakePinterest.builder("123", "a-token").start();
                DemoProcess test = new DemoProcess(
                        "PINTEREST_AD_ACCOUNT_ID", "123",
                        "PINTEREST_ACCESS_TOKEN", "a-token",
                        "EPIK_API", real.uri().toString())) {
            test.post("/checkout", form(), "Cookie", "_epik=" + CLICK_ID);
            assertEquals("good", test.awaitNewestSettled().at("/status/level").asText());
            assertTrue(real.received().get(0).test());
            assertEquals(
                    CLICK_ID, test.events().at("/0/event/user_data/click_id").asText());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EPIK_MODE|live||a-token|PINTEREST_AD_ACCOUNT_ID is not set",
                "EPIK_MODE|live|123||PINTEREST_ACCESS_TOKEN is not set",
                "EPIK_MODE|Live|123|a-token|EPIK_MODE must be live or test",
                "EPIK_MODE|test|12x|a-token|is not 1 to 18 digits",
                "EPIK_MODE|test|123|canary token|copy it whole",
                "EPIK_API|http://10.0.0.1|123|a-token|use https",
                "EPIK_API|no address|123|a-token|EPIK_API is invalid",
            })
    void invalidSettingRunsSimulatedAndIsReported(String name, String value, String account, String token, String note)
            throws Exception {
        try (DemoProcess demo = new DemoProcess(
                name,
                value,
                "PINTEREST_AD_ACCOUNT_ID",
                account == null ? "" : account,
                "PINTEREST_ACCESS_TOKEN",
                token == null ? "" : token)) {
            String inspector = demo.get("/inspector").body();
            assertTrue(inspector.contains(">SIMULATED<") && inspector.contains(note), inspector);
        }
    }

    @Test
    void noResponseOrLogLineContainsPersonalData() throws Exception {
        HttpResponse<String> redirect = shop.post("/checkout", form(), "Cookie", "_epik=" + CLICK_ID);
        shop.awaitNewestSettled();
        StringBuilder all = new StringBuilder(shop.output());
        all.append(redirect.headers()).append(redirect.body());
        for (String path : List.of(
                redirect.headers().firstValue("Location").orElse(""),
                "/inspector",
                "/inspector/events.json",
                "/inspector/state.json",
                "/products")) {
            HttpResponse<String> answer = shop.get(path);
            all.append(answer.headers()).append(answer.body());
        }
        for (String canary :
                List.of("anary.", "7351999", "735 1999", "Canaryfirst", "Canarylast", "Canarytown", "C4N4RY")) {
            assertFalse(
                    all.toString()
                            .toLowerCase(java.util.Locale.ROOT)
                            .contains(canary.toLowerCase(java.util.Locale.ROOT)),
                    canary);
        }
    }

    @Test
    void leavesNoFilesBehind() throws Exception {
        try (DemoProcess demo = new DemoProcess()) {
            assertTrue(files(demo.temp()) > 0, "Jetty is unpacked in another directory");
            demo.stop();
            assertEquals(0, files(demo.temp()));
        }
    }

    private static long files(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }
}
