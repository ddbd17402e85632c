// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules for the visitor's host and scheme, on every protocol and behind Spring's ForwardedHeaderFilter. */
abstract class ProtocolContract extends SettingsContract {
    private static final String BEACON_TYPE = "Content-Type: text/plain;charset=UTF-8";

    /** A protocol between browser and container. */
    enum Protocol {
        HTTP_1_1("HTTP/1.1", false),
        H2C("HTTP/2.0", false),
        H2_OVER_TLS("HTTP/2.0", true);

        private final String name;
        private final boolean isTls;

        Protocol(String name, boolean isTls) {
            this.name = name;
            this.isTls = isTls;
        }
    }

    static Stream<Protocol> protocols() {
        return Stream.of(Protocol.values());
    }

    /** Sends one request with that protocol. */
    private static Answer send(Container to, Protocol by, String method, String target, String body, String... headers)
            throws Exception {
        if (by == Protocol.HTTP_1_1) {
            return new Wire(to.port()).send(method, target, body, headers);
        }
        try (Http2 browser = new Http2(by.isTls ? to.tlsPort() : to.port(), by.isTls)) {
            return browser.send(method, target, body, headers);
        }
    }

    private static String secure(Protocol protocol) {
        return protocol.isTls ? "; Secure" : "";
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void derivesTheDomainFromTheHostOnEveryProtocol(Protocol protocol) throws Exception {
        Map<String, String> domains = Map.of(
                "www.shop.example", "; Domain=shop.example",
                "store.shop.example:8443", "; Domain=store.shop.example",
                "127.0.0.1", "",
                "[::1]:8080", "");
        for (Map.Entry<String, String> row : domains.entrySet()) {
            Answer answer = send(dropIn, protocol, "GET", "/?epik=abc", "", "Host: " + row.getKey());
            assertTrue(answer.body().contains("protocol=" + protocol.name + "\n"), answer::body);
            assertEquals(
                    List.of("_epik=abc; Path=/; Max-Age=31536000" + row.getValue() + "; SameSite=Lax"
                            + secure(protocol)),
                    answer.all("Set-Cookie"),
                    row::getKey);
        }
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void prefersTheForwardedHostOnEveryProtocol(Protocol protocol) throws Exception {
        Answer answer =
                send(dropIn, protocol, "GET", "/?epik=abc", "", "Host: app:8080", "X-Forwarded-Host: www.shop.example");
        assertEquals(
                List.of("_epik=abc; Path=/; Max-Age=31536000; Domain=shop.example; SameSite=Lax" + secure(protocol)),
                answer.all("Set-Cookie"));
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void usesAnExplicitDomainOnEveryProtocol(Protocol protocol) throws Exception {
        try (Container container = start(Map.of("cookie-domain", "shop.example"))) {
            Answer answer = send(container, protocol, "GET", "/?epik=abc", "", "Host: checkout.shop.example");
            assertEquals(
                    List.of("_epik=abc; Path=/; Max-Age=31536000; Domain=shop.example; SameSite=Lax"
                            + secure(protocol)),
                    answer.all("Set-Cookie"));
        }
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void denialErasesEveryVariantOnEveryProtocol(Protocol protocol) throws Exception {
        Answer answer = send(
                dropIn,
                protocol,
                "GET",
                "/",
                "",
                "Host: checkout.shop.example",
                "Cookie: a=1",
                "Cookie: _epik=abc", // HTTP/2 may send each cookie in a separate header
                "Sec-GPC: 1");
        assertEquals(erasures("_epik", secure(protocol), "checkout.shop.example", "shop.example"), all(answer));
    }

    private static List<String> erasures(String name, String secure, String... domains) {
        List<String> lines = new ArrayList<>(List.of(name + "=; Path=/; Max-Age=0; SameSite=Lax" + secure));
        for (String domain : domains) {
            lines.add(name + "=; Path=/; Max-Age=0; Domain=" + domain + "; SameSite=Lax" + secure);
        }
        return lines;
    }

    private static List<String> all(Answer answer) {
        return answer.all("Set-Cookie");
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void readsTheSameOriginsReferrerOnEveryProtocol(Protocol protocol) throws Exception {
        String scheme = protocol.isTls ? "https" : "http";
        String own = "Referer: " + scheme + "://www.shop.example/land?epik=abc";
        assertEquals(1, ours(send(dropIn, protocol, "GET", "/next", "", own)));
        String others = "Referer: " + scheme + "://other.example/land?epik=abc";
        assertEquals(0, ours(send(dropIn, protocol, "GET", "/next", "", others)));
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void beaconRecognizesItsOriginOnEveryProtocol(Protocol protocol) throws Exception {
        String scheme = protocol.isTls ? "https" : "http";
        String own = "Origin: " + scheme + "://www.shop.example";
        Answer answer = send(dropIn, protocol, "POST", "/_epik", "epik=abc&consent=denied", own, BEACON_TYPE);
        assertEquals(204, answer.status());
        assertEquals(
                List.of("_epik_consent=denied; Path=/; Max-Age=15552000; Domain=shop.example; SameSite=Lax"
                        + secure(protocol)),
                all(answer));
        String others = "Origin: " + scheme + "://other.example";
        assertEquals(
                403,
                send(dropIn, protocol, "POST", "/_epik", "epik=abc", others, BEACON_TYPE)
                        .status());
    }

    /** Spring's filter hides the headers that it has evaluated, and {@code getServerName()} returns their host. */
    @Test
    void usesTheHostFromSpringsForwardedHeaderFilter() throws Exception {
        Assumptions.assumeTrue(TestWar.JAKARTA, "Spring 6 has no filter for javax.servlet");
        try (Container container = start(new Deployment(Map.of(), false, true))) {
            Wire wire = new Wire(container.port());
            String[] proxy = {
                "Host: shop.azurewebsites.net", "X-Forwarded-Host: www.shop.example", "X-Forwarded-Proto: https"
            };
            assertEquals(
                    List.of("_epik=abc; Path=/; Max-Age=31536000; Domain=shop.example; SameSite=Lax; Secure"),
                    all(wire.get("/?epik=abc", proxy)));
            assertEquals(
                    erasures("_epik", "; Secure", "shop.example"),
                    all(wire.get("/", with(proxy, "Cookie: _epik=abc", "Sec-GPC: 1"))));
            assertEquals(1, ours(wire.get("/next", with(proxy, "Referer: https://www.shop.example/?epik=abc"))));
            Answer beacon = wire.send(
                    "POST", "/_epik", "epik=abc", with(proxy, "Origin: https://www.shop.example", BEACON_TYPE));
            assertEquals(204, beacon.status());
        }
    }

    private static String[] with(String[] headers, String... more) {
        return Stream.concat(Stream.of(headers), Stream.of(more)).toArray(String[]::new);
    }

    /** Returns the headers in which proxies report the port and the scheme. */
    static Stream<Named<String[]>> proxies() {
        return Stream.of(
                proxy("X-Forwarded-Host: www.shop.example:443", "X-Forwarded-Proto: https", "https://www.shop.example"),
                proxy("X-Forwarded-Host: www.shop.example", "X-Forwarded-Port: 8443", "http://www.shop.example:8443"),
                proxy("X-Forwarded-Host: www.shop.example", "X-Forwarded-Port: 8443", "http://www.shop.example"),
                proxy("X-Forwarded-Host: www.shop.example:80", "X-Other: 1", "http://www.shop.example"),
                proxy("X-Forwarded-Host: www.shop.example", "X-Forwarded-Ssl: on", "https://www.shop.example"),
                proxy("X-Forwarded-Host: www.shop.example", "Front-End-Https: On", "https://www.shop.example"),
                proxy("Host: www.shop.example", "CloudFront-Forwarded-Proto: https", "https://www.shop.example"),
                proxy("Host: www.shop.example:443", "X-Forwarded-Proto: https", "https://www.shop.example"));
    }

    private static Named<String[]> proxy(String... row) {
        return Named.of(String.join(", ", row), row);
    }

    @ParameterizedTest
    @MethodSource("proxies")
    void recognizesTheVisitorsOriginBehindAnyProxy(String[] row) throws Exception {
        Answer next = shop.get("/next", row[0], row[1], "Referer: " + row[2] + "/land?epik=abc");
        assertEquals(1, ours(next), next::toString);
        boolean isHttps = row[2].startsWith("https");
        assertEquals(isHttps, all(next).get(0).endsWith("; Secure"), next::toString);
        Answer beacon = shop.send("POST", "/_epik", "epik=abc", row[0], row[1], "Origin: " + row[2], BEACON_TYPE);
        assertEquals(204, beacon.status());
    }

    @Test
    void acceptsHttpsReferrersIfSecureIsAlways() throws Exception {
        try (Container container = start(Map.of("secure", "always"))) {
            Wire wire = new Wire(container.port());
            assertEquals(1, ours(wire.get("/next", "Referer: https://www.shop.example/?epik=abc")));
            assertEquals(0, ours(wire.get("/next", "Referer: http://www.shop.example/?epik=abc")));
        }
    }
}
