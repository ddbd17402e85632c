// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.testing.VectorRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules for the beacons that the filter accepts, and for its answers. */
abstract class BeaconContract extends ConsentContract {
    private static final String SAME_ORIGIN = "Sec-Fetch-Site: same-origin";
    private static final String TEXT = "Content-Type: text/plain;charset=UTF-8";

    static Stream<VectorRow> beacon() {
        return VectorRow.of("capture.json", "beacon");
    }

    @ParameterizedTest
    @MethodSource("beacon")
    void readsTheBeaconAsInTheTable(VectorRow row) throws Exception {
        Answer answer = shop.send("POST", "/_epik", row.text("body"), SAME_ORIGIN, TEXT);
        assertEquals(row.json().path("status").asInt(204), answer.status(), answer::toString);
        assertEquals(List.of("no-store"), answer.all("Cache-Control"));
        List<String> lines = new ArrayList<>();
        if (row.orNull("consent") != null) {
            lines.add("_epik_consent=" + row.text("consent")
                    + "; Path=/; Max-Age=15552000; Domain=shop.example; SameSite=Lax");
        }
        if (row.orNull("clickId") != null) {
            lines.add("_epik=" + row.text("clickId") + "; Path=/; Max-Age=31536000; Domain=shop.example; SameSite=Lax");
        }
        assertEquals(lines, answer.all("Set-Cookie"));
        assertEquals("", answer.body());
    }

    @ParameterizedTest
    @CsvSource({
        "GET, 405",
        "HEAD, 405",
        "PUT, 405",
        "DELETE, 405",
        "OPTIONS, 405",
    })
    void refusesEveryMethodButPost(String method, int status) throws Exception {
        Answer answer = shop.send(method, "/_epik", "", SAME_ORIGIN, TEXT);
        assertEquals(status, answer.status());
        assertEquals(List.of("POST"), answer.all("Allow"));
        assertEquals(List.of("no-store"), answer.all("Cache-Control"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sec-Fetch-Site: same-origin | 204",
                "Origin: http://www.shop.example | 204",
                "Origin: https://WWW.shop.example | 204",
                "Sec-Fetch-Site: same-site | 403",
                "Sec-Fetch-Site: cross-site | 403",
                "Sec-Fetch-Site: none | 403",
                "Origin: http://shop.example | 403",
                "Origin: http://www.shop.example:8080 | 403",
                "Origin: http://www.shop.example.evil.example | 403",
                "Origin: null | 403",
                "X-Other: 1 | 403",
            })
    void acceptsOnlyPagesOfTheSameOrigin(String header, int status) throws Exception {
        Answer answer = shop.send("POST", "/_epik", "epik=abc", header.strip(), TEXT);
        assertEquals(status, answer.status());
        assertEquals(status == 204 ? 1 : 0, answer.all("Set-Cookie").size());
        assertEquals(List.of(), answer.all("Access-Control-Allow-Origin"));
    }

    @ParameterizedTest
    @CsvSource({"text/plain, 204", "TEXT/Plain; charset=x, 204", "application/x-www-form-urlencoded, 415", "'', 415"})
    void acceptsOnlyPlainText(String type, int status) throws Exception {
        String header = type.isEmpty() ? "X-Other: 1" : "Content-Type: " + type;
        assertEquals(
                status,
                shop.send("POST", "/_epik", "epik=abc", SAME_ORIGIN, header).status());
    }

    @Test
    void refusesABeaconOverOneKilobyteWithAnyHeaders() throws Exception {
        String maxBody = "epik=abc&" + "x".repeat(1015);
        assertEquals(
                204, shop.send("POST", "/_epik", maxBody, SAME_ORIGIN, TEXT).status());
        assertEquals(
                413,
                shop.send("POST", "/_epik", maxBody + "x", SAME_ORIGIN, TEXT).status());
        String chunked = "401\r\n" + maxBody + "x\r\n0\r\n\r\n";
        assertEquals(
                413,
                shop.send("POST", "/_epik", chunked, SAME_ORIGIN, TEXT, "Transfer-Encoding: chunked")
                        .status());
    }

    @Test
    void beaconWritesTheScriptsCookieAgain() throws Exception {
        Answer answer = shop.send("POST", "/_epik", "epik=abc", SAME_ORIGIN, TEXT, "Cookie: _epik=abc");
        assertEquals(1, answer.all("Set-Cookie").size(), "a server's cookie lives longer than a script's");
    }

    @Test
    void deniedBeaconErasesEveryVariantAndGpcOverridesGranted() throws Exception {
        Answer denied = shop.send("POST", "/_epik", "consent=denied", SAME_ORIGIN, TEXT, "Cookie: _epik=abc");
        assertEquals(
                List.of(
                        "_epik_consent=denied; Path=/; Max-Age=15552000; Domain=shop.example; SameSite=Lax",
                        "_epik=; Path=/; Max-Age=0; SameSite=Lax",
                        "_epik=; Path=/; Max-Age=0; Domain=shop.example; SameSite=Lax"),
                denied.all("Set-Cookie"));
        Answer granted = shop.send("POST", "/_epik", "epik=abc&consent=granted", SAME_ORIGIN, TEXT, "Sec-GPC: 1");
        assertEquals(204, granted.status());
        assertEquals(List.of(), granted.all("Set-Cookie"));
    }

    @Test
    void lastAnswerReplacesAnOlderOneOfAParentDomain() throws Exception {
        String host = "Host: store.shop.example";
        Answer granted =
                shop.send("POST", "/_epik", "consent=granted", host, SAME_ORIGIN, TEXT, "Cookie: _epik_consent=denied");
        assertEquals(
                List.of(
                        "_epik_consent=; Path=/; Max-Age=0; SameSite=Lax",
                        "_epik_consent=; Path=/; Max-Age=0; Domain=shop.example; SameSite=Lax",
                        "_epik_consent=granted; Path=/; Max-Age=15552000; Domain=store.shop.example; SameSite=Lax"),
                granted.all("Set-Cookie"));
        Answer denied = shop.send(
                "POST",
                "/_epik",
                "consent=denied",
                host,
                SAME_ORIGIN,
                TEXT,
                "Cookie: _epik=abc; _epik_consent=granted");
        assertEquals(
                List.of(
                        "_epik_consent=; Path=/; Max-Age=0; SameSite=Lax",
                        "_epik_consent=denied; Path=/; Max-Age=15552000; Domain=shop.example; SameSite=Lax",
                        "_epik_consent=denied; Path=/; Max-Age=15552000; Domain=store.shop.example; SameSite=Lax",
                        "_epik=; Path=/; Max-Age=0; SameSite=Lax",
                        "_epik=; Path=/; Max-Age=0; Domain=store.shop.example; SameSite=Lax",
                        "_epik=; Path=/; Max-Age=0; Domain=shop.example; SameSite=Lax"),
                denied.all("Set-Cookie"));
        Answer again = shop.send(
                "POST", "/_epik", "consent=granted", host, SAME_ORIGIN, TEXT, "Cookie: _epik_consent=granted");
        assertEquals(1, again.all("Set-Cookie").size(), "the same answer again erases nothing");
    }

    @Test
    void bannersCookieOverridesTheBeacon() throws Exception {
        try (Container container = start(Map.of("consent", "cookie:shop_consent=granted", "beacon", "/shop/click"))) {
            Wire wire = new Wire(container.port());
            String all = "epik=abc&consent=granted";
            assertEquals(
                    List.of(),
                    wire.send("POST", "/shop/click", all, SAME_ORIGIN, TEXT).all("Set-Cookie"));
            Answer granted = wire.send("POST", "/shop/click", all, SAME_ORIGIN, TEXT, "Cookie: shop_consent=granted");
            assertEquals(1, granted.all("Set-Cookie").size());
            Answer denied = wire.send(
                    "POST",
                    "/shop/click",
                    "consent=denied",
                    SAME_ORIGIN,
                    TEXT,
                    "Cookie: shop_consent=granted; _epik=a");
            assertEquals(2, denied.all("Set-Cookie").size(), "a denial erases with any decider");
        }
    }

    @Test
    void beaconCanBeOff() throws Exception {
        try (Container container = start(Map.of("beacon", "off"))) {
            Answer answer = new Wire(container.port()).send("POST", "/_epik", "epik=abc", SAME_ORIGIN, TEXT);
            assertEquals(200, answer.status(), "the application answers");
            assertEquals(List.of(), answer.all("Set-Cookie"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x/_epik", "/_epik/", "/my_epik", "/_epik2"})
    void leavesOtherPathsToTheApplication(String path) throws Exception {
        assertEquals(200, shop.send("POST", path, "epik=abc", SAME_ORIGIN, TEXT).status());
    }

    @Test
    void handsAPageEventOverToTheApplication() throws Exception {
        try (Container container = start(new Deployment(Map.of(), true, false))) {
            Wire wire = new Wire(container.port());
            String page = "Referer: https://www.shop.example/product/1?size=2";
            Answer answer = wire.send(
                    "POST", "/_epik", "event=add_to_cart&id=1764-0.25&item=a&item=%C3%A9", SAME_ORIGIN, TEXT, page);
            assertEquals(204, answer.status());
            assertEquals(List.of("no-store"), answer.all("Cache-Control"));
            assertEquals(List.of(), answer.all("Set-Cookie"));
            assertEquals(
                    "{event=add_to_cart, id=1764-0.25, item=a\né, page=https://www.shop.example/product/1?size=2}",
                    wire.get("/taken").body().replaceFirst("(?s).*body=", ""));
            String foreign = "Referer: https://evil.example/";
            wire.send("POST", "/_epik", "event=page_visit&id=1764-0.26", SAME_ORIGIN, TEXT, foreign);
            assertEquals(
                    "{event=page_visit, id=1764-0.26}",
                    wire.get("/taken").body().replaceFirst("(?s).*body=", ""));
        }
    }

    @Test
    void refusesPageEventsWithoutHarmToThePage() throws Exception {
        try (Container container = start(new Deployment(Map.of(), true, false))) {
            Wire wire = new Wire(container.port());
            String valid = "event=page_visit&id=1764-0.25";
            assertEquals(400, status(wire, "event=checkout&id=1764-0.25", SAME_ORIGIN));
            assertEquals(413, status(wire, valid + "&category=" + "x".repeat(1024), SAME_ORIGIN));
            assertEquals(403, status(wire, valid, "Sec-Fetch-Site: cross-site"));
            assertEquals(
                    503,
                    wire.send("POST", "/_epik", valid, SAME_ORIGIN, TEXT, "X-Banner: broken")
                            .status());
            assertEquals(200, wire.get("/taken").status());
            assertEquals("null", wire.get("/taken").body().replaceFirst("(?s).*body=", ""), "none was handed over");
        }
    }

    private static int status(Wire wire, String body, String origin) throws Exception {
        return wire.send("POST", "/_epik", body, origin, TEXT).status();
    }

    @Test
    void answers404ToPageEventsThatTheApplicationDoesNotTake() throws Exception {
        assertEquals(
                404,
                shop.send("POST", "/_epik", "event=page_visit&id=1764-0.25", SAME_ORIGIN, TEXT)
                        .status());
    }
}
