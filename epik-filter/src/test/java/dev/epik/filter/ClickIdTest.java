// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.VectorRow;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClickIdTest {
    static final int MAX_LENGTH = 512;

    static Stream<VectorRow> query() {
        return VectorRow.of("capture.json", "query");
    }

    static Stream<VectorRow> cookies() {
        return VectorRow.of("capture.json", "cookies");
    }

    private static void assertFound(VectorRow row, ClickId.@Nullable Found found) {
        assertEquals(row.orNull("clickId"), found == null ? null : found.clickId());
        Refusal refusal = found == null ? null : found.refusal();
        assertEquals(
                row.json().path("refused").asText(),
                refusal == null ? "" : refusal.name().toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @MethodSource("query")
    void readsTheQueryAsTheTableSays(VectorRow row) {
        assertFound(row, ClickId.inQuery(row.text("query"), MAX_LENGTH));
    }

    @ParameterizedTest
    @MethodSource("query")
    void readsAUrlAsItReadsItsQuery(VectorRow row) {
        assertFound(row, ClickId.inUrl("https://shop.example/epik=no?" + row.text("query") + "#epik=no", MAX_LENGTH));
    }

    @ParameterizedTest
    @MethodSource("cookies")
    void readsTheCookieAsTheTableSays(VectorRow row) {
        var headers = Collections.enumeration(List.of(row.text("header")));
        assertEquals(row.orNull("clickId"), ClickId.fromCookies(headers, MAX_LENGTH));
    }

    @Test
    void readsCookiesThatHttp2SplitOverSeveralHeaders() {
        var headers = Collections.enumeration(List.of("_epik=first", "a=b", "_epik=last"));
        assertEquals("last", ClickId.fromCookies(headers, MAX_LENGTH));
    }

    @Test
    void findsCookiesOnlyAfterASemicolon() {
        assertEquals("abc", ClickId.fromCookies(Collections.enumeration(List.of("a=b;\t_epik=abc")), MAX_LENGTH));
        assertEquals("abc", ClickId.fromCookies(Collections.enumeration(List.of("  _epik=abc")), MAX_LENGTH));
        assertNull(ClickId.fromCookies(Collections.enumeration(List.of("a=b, _epik=abc")), MAX_LENGTH));
        assertNull(ClickId.fromCookies(Collections.enumeration(List.of("a=b _epik=abc")), MAX_LENGTH));
    }

    @Test
    void findsNothingWithoutAQuery() {
        assertNull(ClickId.inQuery(null, MAX_LENGTH));
        assertNull(ClickId.inUrl("https://shop.example/", MAX_LENGTH));
        assertNull(ClickId.fromCookies(null, MAX_LENGTH));
    }

    @Test
    void returnsOnlyCharactersOfTheAlphabet() {
        Random random = new Random(20261123);
        String pieces = "epik=&%aAzZ09_-.~+/;,\" \\\r\n\0\u00e9\uff21{}<>[]";
        for (int round = 0; round < 200_000; round++) {
            StringBuilder query = new StringBuilder(round % 2 == 0 ? "epik=" : "");
            for (int i = random.nextInt(24); i > 0; i--) {
                query.append(pieces.charAt(random.nextInt(pieces.length())));
            }
            ClickId.Found found = ClickId.inQuery(query.toString(), 16);
            String clickId = found == null ? null : found.clickId();
            assertTrue(clickId == null || clickId.matches("[A-Za-z0-9_.~+/=-]{1,16}"), "seed 20261123, round " + round);
        }
    }
}
