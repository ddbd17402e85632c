// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules for the address, the user agent and the page of a visit. */
class VisitRulesTest extends RulesTestBase {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "192.168.1.1",
                "169.254.0.1",
                "172.16.0.1",
                "172.31.9.9",
                "::1",
                "0:0:0:0:0:0:0:1",
                "fe80::1",
                "FE80::1%eth0",
                "fd00::1",
                "::ffff:10.1.2.3",
                "10.1.2.3:4711"
            })
    void warnsOfPrivateAddresses(String ip) {
        assertEquals(List.of("ip"), warningFields(order().visit(VISIT.withIp(ip))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.7", "172.32.0.1", "100.64.0.1", "2001:db8::1", "11.0.0.1", "fec::1", "::2"})
    void acceptsPublicAddresses(String ip) {
        assertEquals(List.of(), warningFields(order().visit(VISIT.withIp(ip))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "curl/8.5",
                "CURL",
                "Go-http-client/2.0",
                "python-requests/2.32",
                "node",
                "Mozilla/5.0 (compatible; AhrefsBot)",
                "Mozilla/5.0 CRAWLER;",
                "spider bottle",
                "Java-http-client/17.0.15",
                "Pinterestbot/1.0",
                "Mozilla/5.0 (compatible; Googlebot/2.1)"
            })
    void warnsOfUserAgentsOfPrograms(String agent) {
        assertEquals(List.of("userAgent"), warningFields(order().visit(VISIT.withUserAgent(agent))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36",
                "Mozilla/5.0 Bottle",
                "Mozilla/5.0 bot_1",
                "Mozilla/5.0 bots",
                "Mozilla/5.0 spider\u00e9",
                "Mozilla/5.0 curl/8.5",
                "javac/17",
                "nodes",
                "curl8"
            })
    void acceptsUserAgentsOfBrowsers(String agent) {
        assertEquals(List.of(), warningFields(order().visit(VISIT.withUserAgent(agent))));
    }

    @ParameterizedTest
    @CsvSource({
        "https://shop.example/p?utm_content=jane@shop.example&epik=abc,https://shop.example/p?epik=abc",
        "https://shop.example/p?utm_term=jane%40shop.example,https://shop.example/p",
        "https://shop.example/unsubscribe/jane@shop.example?epik=abc,https://shop.example/?epik=abc",
        "https://jane:secret@shop.example/p,https://shop.example/p",
        "https://jane@shop.example,https://shop.example",
        "https://shop.example/a;jsessionid=5E6A/b?utm_x=1,https://shop.example/a/b?utm_x=1",
        "https://shop.example/?utm_source=a;token=SECRET&epik=abc,https://shop.example/?utm_source=a&epik=abc",
        "https://shop.example/u/jane%252540shop.example,https://shop.example/",
        "https://shop.example/u/jane\uff20shop.example,https://shop.example/"
    })
    void removesEmailAddressesAndSecretsFromThePageUrl(String url, String sent) {
        assertEquals(
                sent,
                Visit.of(Visit.Consent.GRANTED, "the shop").withPageUrl(url).pageUrl());
    }

    @Test
    void warnsOfInvalidValuesOfAVisit() {
        Visit visit = VISIT.withIp("192.0.2.7, 10.0.0.1").withClickId("a b").withPageUrl("/thank-you");
        ConversionEvent event = ConversionEvent.checkout("1")
                .visit(visit)
                .customer(Customer.builder().email("jane@shop.example").phone("+15550109999"))
                .build();
        assertEquals(
                List.of("clickId", "ip", "pageUrl"),
                event.warnings().stream().map(Problem::field).toList());
        assertEquals(
                Set.of(),
                visit.withIp("192.0.2.7").withClickId(null).withPageUrl(null).invalidFields());
    }
}
