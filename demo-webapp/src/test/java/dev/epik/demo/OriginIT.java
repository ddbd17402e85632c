// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that pages of other sites cannot change anything in the shop. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OriginIT {
    private DemoProcess shop;

    @BeforeAll
    void start() throws Exception {
        shop = new DemoProcess();
    }

    @AfterAll
    void stop() {
        shop.close();
    }

    private static final String FOREIGN = "Sec-Fetch-Site|cross-site, Sec-Fetch-Site|same-site, Sec-Fetch-Site|none,"
            + " Origin|http://evil.example, Origin|null";

    private static List<String[]> foreign() {
        return List.of(FOREIGN.split(", ", -1)).stream()
                .map(pair -> pair.split("\\|", -1))
                .toList();
    }

    @Test
    void formOfAnotherSiteGivesNoConsentAndSetsNoClickId() throws Exception {
        Map<String, String> form = Map.of("answer", "granted", "back", "/?epik=PLANTED");
        for (String[] header : foreign()) {
            HttpResponse<String> answer = shop.post("/consent", form, header);
            assertEquals(403, answer.statusCode(), header[1]);
            assertEquals(List.of(), DemoProcess.setCookies(answer), header[1]);
            assertTrue(answer.headers().firstValue("Location").isEmpty(), header[1]);
        }
    }

    @Test
    void formOfTheShopGivesConsent() throws Exception {
        Map<String, String> form = Map.of("answer", "granted", "back", "/?epik=CLICK");
        for (String[] header :
                List.of(new String[] {"Sec-Fetch-Site", "same-origin"}, new String[] {"Origin", shop.uri()})) {
            HttpResponse<String> answer = shop.post("/consent", form, header);
            assertEquals(303, answer.statusCode(), header[1]);
            assertEquals("/?epik=CLICK", answer.headers().firstValue("Location").orElse(""));
        }
    }

    @Test
    void pageOfAnotherSiteCannotUseTheTag() throws Exception {
        JsonNode call = new ObjectMapper().readTree("[\"track\", \"checkout\", {\"event_id\": \"forged\"}]");
        for (String[] header : foreign()) {
            assertEquals(403, shop.sendTagHit(call, header).statusCode(), header[1]);
        }
        assertEquals(204, shop.sendTagHit(call, "Sec-Fetch-Site", "same-origin").statusCode());
    }

    /** A site can make its own name resolve to 127.0.0.1, and its pages then share that origin. */
    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "LOCALHOST, 200",
        "127.0.0.1, 200",
        "rebind.evil.example, 403",
        "localhost.evil.example, 403",
        "evil.localhost.example, 403",
    })
    void inspectorRespondsOnlyToLocalHostNames(String name, int status) throws Exception {
        assertEquals(status, sendRaw("GET /inspector/state.json", name));
        int button = sendRaw("POST /inspector/try-now", name);
        assertEquals(status == 200 ? 303 : 403, button);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "Via"})
    void inspectorRejectsRequestsThroughAProxy(String header) throws Exception {
        assertEquals(403, shop.get("/inspector", header, "192.0.2.7").statusCode());
    }

    /** Sends a request over a socket, because the JDK's clients send no other host than the one they connect to. */
    private int sendRaw(String line, String host) throws Exception {
        String request = line + " HTTP/1.1\r\nHost: " + host + ":" + shop.port()
                + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), shop.port());
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return Integer.parseInt(lines.readLine().split(" ", -1)[1]);
        }
    }
}
