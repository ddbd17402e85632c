// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.VectorRow;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VisitTest {
    @Test
    void takesEveryClickIdThatTheCaptureTableTakes() {
        List<String> clickIds = VectorRow.of("capture.json", "query")
                .map(row -> row.json().path("clickId").asText(""))
                .filter(clickId -> !clickId.isEmpty() && !clickId.equals("repeat") && !clickId.equals("null"))
                .toList();
        assertTrue(clickIds.size() > 10, "the table has rows");
        clickIds.forEach(clickId ->
                assertEquals(clickId, Visit.unknown().withClickId(clickId).clickId()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a;b", "a%2Bb", "a\r\nb", "\u00e9", "\"a\""})
    void whatIsNoClickIdIsLeftOut(String text) {
        assertNull(Visit.unknown().withClickId(text).clickId());
    }

    @Test
    void anEndlessClickIdIsLeftOut() {
        assertNull(Visit.unknown().withClickId("a".repeat(2049)).clickId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.7", "2001:db8::1", "::1", "::ffff:192.0.2.7"})
    void addressesAreTaken(String address) {
        assertEquals(address, Visit.unknown().withIp(address).ip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0.0.0.0",
                "unknown",
                "192.0.2",
                "shop.example",
                "192.0.2.7, 10.0.0.1",
                "192.0.2.256",
                "192.0.2.7.",
                "1.2.3.4.5"
            })
    void whatIsNoAddressIsLeftOut(String text) {
        assertNull(Visit.unknown().withIp(text).ip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://shop.example/a|https://shop.example/a",
                "https://shop.example/?epik=abc|https://shop.example/?epik=abc",
                "https://shop.example/?a=1&utm_source=x&email=jane@shop.example&epik=abc&utm_id=3|https://shop.example/?utm_source=x&epik=abc&utm_id=3",
                "https://shop.example/reset?token=secret|https://shop.example/reset",
                "https://shop.example/a#token=secret|https://shop.example/a",
                "https://shop.example/a?utm_a=1#?epik=x|https://shop.example/a?utm_a=1",
                "https://jane:secret@shop.example/a|https://shop.example/a",
                "https://jane:secret@shop.example|https://shop.example",
                "https://shop.example/@jane|https://shop.example/@jane",
                "http://localhost:8080/?xepik=1&epikx=2|http://localhost:8080/",
            })
    void onlyTheCampaignsParametersTravel(String url, String kept) {
        assertEquals(kept, Visit.unknown().withPageUrl(url).pageUrl());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/checkout", "javascript:alert(1)", "file:///etc/passwd"})
    void whatIsNoPageOfTheWebIsLeftOut(String url) {
        assertNull(Visit.unknown().withPageUrl(url).pageUrl());
    }

    @Test
    void showsWhatIsKnownAndNoneOfIt() {
        Visit visit =
                Visit.unknown().withClickId("dj0yJnU9").withIp("192.0.2.7").withUserAgent("Mozilla");
        assertEquals(
                "Visit[clickId=8 characters, ip=known, userAgent=known, consent=GRANTED (the shop)]", visit.toString());
    }
}
