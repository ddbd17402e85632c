// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.VectorRow;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules for the requests that are captured, and for the cookie that they get. */
abstract class CaptureContract extends ContainerContract {
    static Stream<VectorRow> query() {
        return VectorRow.of("capture.json", "query");
    }

    static Stream<VectorRow> precedence() {
        return VectorRow.of("capture.json", "precedence");
    }

    @ParameterizedTest
    @MethodSource("query")
    void setsTheCookieAsTheTableSaysAndServesThePage(VectorRow row) throws Exception {
        Answer answer = shop.get("/?" + row.text("query"));
        String clickId = row.orNull("clickId");
        List<String> cookies = clickId == null
                ? List.of()
                : List.of("_epik=" + clickId + "; Path=/; Max-Age=31536000; Domain=shop.example; SameSite=Lax");
        assertEquals(cookies, answer.all("Set-Cookie"));
        // Tomcat refuses some characters before any filter runs; otherwise the page is served
        boolean refusedByTheContainer = answer.status() == 400 && clickId == null;
        assertTrue(answer.status() == 200 || refusedByTheContainer, "status " + answer.status());
        if (answer.status() == 200) {
            assertTrue(answer.body().contains("clickId=" + clickId + "\n"), answer.body());
        }
    }

    @ParameterizedTest
    @MethodSource("precedence")
    void combinesUrlAndCookieAsTheTableSays(VectorRow row) throws Exception {
        Answer answer = shop.get("/?" + row.text("query"), "Cookie: _epik=" + row.text("cookie"));
        boolean changes = !row.text("cookie").equals(row.text("after"));
        assertEquals(changes ? 1 : 0, answer.all("Set-Cookie").size());
        if (changes) {
            assertTrue(answer.all("Set-Cookie").get(0).startsWith("_epik=" + row.text("after") + ";"));
        }
    }

    @Test
    void comparesWithTheLastOfDuplicateCookies() throws Exception {
        assertEquals(List.of(), shop.get("/?epik=b", "Cookie: _epik=a; _epik=b").all("Set-Cookie"));
        assertEquals(
                1,
                shop.get("/?epik=a", "Cookie: _epik=a; _epik=b")
                        .all("Set-Cookie")
                        .size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "HEAD", "OPTIONS", "DELETE"})
    void capturesOnlyGetRequests(String method) throws Exception {
        assertEquals(List.of(), shop.send(method, "/?epik=abc", "").all("Set-Cookie"));
    }

    @ParameterizedTest
    @CsvSource({
        "document, navigate, 1",
        "iframe, navigate, 0",
        "image, no-cors, 0",
        "script, no-cors, 0",
        "empty, cors, 0",
        "empty, no-cors, 0",
        "empty, same-origin, 0",
        "empty, navigate, 1", // a service worker passes a navigation on
    })
    void capturesAndErasesOnlyForDocuments(String destination, String mode, int documents) throws Exception {
        String[] fetch = {"Sec-Fetch-Dest: " + destination, "Sec-Fetch-Mode: " + mode};
        assertEquals(documents, ours(shop.get("/?epik=abc", fetch)));
        assertEquals(documents, ours(shop.get("/next", with(fetch, "Referer: http://www.shop.example/?epik=abc"))));
        Answer denied = shop.get("/", with(fetch, "Cookie: _epik=abc", "Sec-GPC: 1"));
        assertEquals(2L * documents, ours(denied));
    }

    /** Older browsers, and all browsers on plain http, send no {@code Sec-Fetch-Dest}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | 1",
                "Text/HTML | 1",
                "text/css,*/*;q=0.1 | 0",
                "image/avif,image/webp,*/* | 0",
                "application/json | 0",
                "*/* | 0",
            })
    void treatsRequestsForHtmlAsDocumentsWithoutSecFetch(String accept, int documents) throws Exception {
        String header = "Accept: " + accept.strip();
        assertEquals(documents, ours(shop.get("/assets/app.css?epik=abc", header)));
        String referrer = "Referer: http://www.shop.example/index.html?epik=abc";
        assertEquals(documents, ours(shop.get("/assets/app.css", header, referrer)));
    }

    private static String[] with(String[] headers, String... more) {
        return Stream.concat(Stream.of(headers), Stream.of(more)).toArray(String[]::new);
    }

    /** Returns whether this container keeps headers if there is no error page for an exception. */
    boolean keepsHeadersOfACrash() {
        return true;
    }

    @ParameterizedTest
    @CsvSource({"/redirect, 302", "/missing, 404", "/broken, 500"})
    void setsTheCookieOnRedirectsAndErrors(String path, int status) throws Exception {
        Answer answer = shop.get(path + "?epik=abc");
        assertEquals(status, answer.status());
        boolean kept = status != 500 || keepsHeadersOfACrash();
        assertEquals(kept ? 1 : 0, answer.all("Set-Cookie").size());
    }

    @Test
    void leavesTheBodyOfAFormUnread() throws Exception {
        String form = "epik=from-the-body&name=Z%C3%BCrich+%zz";
        Answer answer = shop.send("POST", "/body?epik=abc", form, "Content-Type: application/x-www-form-urlencoded");
        assertTrue(answer.body().endsWith("body=" + form), answer.body());
    }

    @Test
    void leavesTheEncodingOfAFormAlone() throws Exception {
        Answer answer = shop.send(
                "POST",
                "/parameter?epik=abc",
                "name=Z%FCrich",
                "Content-Type: application/x-www-form-urlencoded; charset=windows-1252");
        assertTrue(answer.body().endsWith("body=Zürich"), answer.body());
    }

    @Test
    void leavesAnUploadUnread() throws Exception {
        String photo = "\0\1 epik=abc ✓".repeat(10_000);
        String upload = "--edge\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"p.jpg\"\r\n\r\n" + photo
                + "\r\n--edge--\r\n";
        Answer answer = shop.send("POST", "/part?epik=abc", upload, "Content-Type: multipart/form-data; boundary=edge");
        byte[] sent = photo.getBytes(StandardCharsets.UTF_8);
        String whole = sent.length + " bytes, hash " + Arrays.hashCode(sent);
        assertTrue(answer.body().endsWith("body=" + whole), answer.body());
    }

    @ParameterizedTest
    @CsvSource({
        "www.shop.example, ; Domain=shop.example",
        "shop.example:8080, ; Domain=shop.example",
        "store.shop.example, ; Domain=store.shop.example",
        "localhost, ''",
        "127.0.0.1, ''",
        "[::1]:8080, ''",
    })
    void derivesTheDomainFromTheHost(String host, String domain) throws Exception {
        Answer answer = shop.get("/?epik=abc", "Host: " + host);
        assertEquals(
                List.of("_epik=abc; Path=/; Max-Age=31536000" + domain + "; SameSite=Lax"), answer.all("Set-Cookie"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-Host: www.shop.example|; Domain=shop.example",
                "X-Forwarded-Host: www.shop.example, inner.example|; Domain=shop.example",
                "Forwarded: for=192.0.2.1;host=\"www.shop.example\";proto=http|; Domain=shop.example",
                "X-Forwarded-Host: bad host;|",
                "X-Other: 1|",
            })
    void derivesTheDomainFromTheForwardedHost(String header, String domain) throws Exception {
        Answer answer = shop.get("/?epik=abc", "Host: app:8080", header);
        // "app" is an internal name, not the visitor's host: the capture must not depend on it
        assertEquals(
                List.of("_epik=abc; Path=/; Max-Age=31536000" + (domain == null ? "" : domain) + "; SameSite=Lax"),
                answer.all("Set-Cookie"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X-Forwarded-Proto: https", "X-Forwarded-Proto: HTTPS, http", "Forwarded: proto=https;for=x"})
    void setsSecureBehindATlsProxy(String header) throws Exception {
        assertTrue(shop.get("/?epik=abc", header).all("Set-Cookie").get(0).endsWith("; SameSite=Lax; Secure"));
    }
}
