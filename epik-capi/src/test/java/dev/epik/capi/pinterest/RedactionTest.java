// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RedactionTest {
    private static final AccessToken TOKEN = AccessToken.of("canary/token-7351");
    private static final String CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0 Safari/537.36";
    private static final String EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0 Edg/120.0.2210.91";
    private static final String ODD = "Caf\u00e9 \"Browser\" \\ 1/2";
    private static final String CLICK = "dj0yJnU9Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA";

    private static final List<String> BATCH = List.of(
            event("203.0.113.77", CHROME, CLICK),
            event("2001:db8:0:0:8d3::77", EDGE, "click-2"),
            event("198.51.100.4", ODD, "dj0yShortOne"),
            "{\"user_data\": {\"client_user_agent\" : \"spaced by hand\", \"click_id\":null},"
                    + " \"x\":\"\\\"click_id\\\": \"}",
            "{\"user_data\":{\"client_user_agent\":\"M\",\"click_id\":\"ab",
            "not JSON \"click_id\"");

    private static String event(String ip, String userAgent, String clickId) {
        return ConversionEvent.checkout("1001")
                .visit(Visit.of(Visit.Consent.GRANTED, "the shop")
                        .withIp(ip)
                        .withUserAgent(userAgent)
                        .withClickId(clickId))
                .build()
                .json();
    }

    private static Arguments same(String text) {
        return Arguments.of(text, text);
    }

    static Stream<Arguments> rows() {
        return Stream.of(
                // data of the batch
                Arguments.of(
                        "client_ip_address 203.0.113.77 is not valid", "client_ip_address [IP address] is not valid"),
                Arguments.of("agent '" + CHROME + "' is a bot", "agent '[user agent]' is a bot"),
                Arguments.of("two: " + EDGE + ", " + CHROME + ".", "two: [user agent], [user agent]."),
                Arguments.of("click_id=" + CLICK + "&x", "click_id=[click id]&x"),
                Arguments.of("ids click-2,dj0yShortOne", "ids [click id],[click id]"),
                Arguments.of("it is \"spaced by hand\"", "it is \"[user agent]\""),
                Arguments.of("odd: " + ODD, "odd: [user agent]"),
                // escaped once more, as in JSON
                Arguments.of("odd: Caf\\u00E9 \\\"Browser\\\" \\\\ 1\\/2", "odd: [user agent]"),
                Arguments.of("agent " + CHROME.replace("/", "\\/"), "agent [user agent]"),
                Arguments.of("token canary\\/token-7351", "token [access token]"),
                // cut short
                Arguments.of("agent Mozilla/5.0 (Windows NT 10.0; Wi", "agent [user agent]"),
                Arguments.of(
                        "agent Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0 Edg/1...",
                        "agent [user agent]..."),
                Arguments.of("click dj0yJnU9Zm9vYmFyYm\u2026", "click [click id]\u2026"),
                // texts that look like an address
                Arguments.of("from 192.0.2.1:443, 10.1.2.3/8.", "from [IP address]:443, [IP address]/8."),
                Arguments.of("[2001:db8::1]:443 ::1 fe80::1%eth0", "[[IP address]]:443 [IP address] [IP address]%eth0"),
                Arguments.of("ip:2001:DB8:1:2:3:4:5:6", "ip:[IP address]"),
                Arguments.of("::ffff:192.0.2.1 and 1:2:3:4:5:6:192.0.2.1", "[IP address] and [IP address]"),
                Arguments.of("jane.doe+x@example.com, jane%40example.com", "[email address], [email address]"),
                Arguments.of("<j\u00fcrgen@b\u00fccher.example>", "<[email address]>"),
                // the token
                Arguments.of("bad token canary/token-7351", "bad token [access token]"),
                // texts that stay unchanged
                same(""),
                same("Invalid event_name"),
                same("event_time 10:30:00 is in the future, it is 2026-11-26T10:30:00Z"),
                same("MAC 00:1b:44:11:3a:b7, std::vector, a :: b"),
                same("v1.2.3.4, API 5.12.1, Chrome/120.0.0.0, 1.2.3.4.5, 3.14"),
                same("Missing M is no user agent; ab stays"),
                same("price 1,000.00 @ 3 pcs, a@b"),
                same("C:\\temp\\new"),
                same("click_id is missing"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void redactsOnlyDataThatIdentifiesAVisitor(String text, String expected) {
        assertEquals(expected, new Redaction(TOKEN, BATCH).apply(text));
    }

    @Test
    void redactsEveryValueOfALargeBatch() {
        List<String> batch = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            String userAgent = CHROME + " number " + i + ";";
            batch.add(event("192.0.2." + i % 250, userAgent, CLICK + i + "x"));
            text.append(userAgent).append(' ').append(CLICK).append(i).append("x ");
        }
        String redacted = new Redaction(TOKEN, batch).apply(text.toString());
        assertTrue(redacted.matches("(\\[user agent] \\[click id] )+"), redacted);
    }
}
