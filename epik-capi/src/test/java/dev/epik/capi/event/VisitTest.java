// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikException;
import dev.epik.testing.VectorRow;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VisitTest {
    private static final Visit WHOLE = Visit.of(Visit.Consent.GRANTED, "the shop")
            .withClickId("dj0yJnU9+/=~.")
            .withIp("2001:db8::1")
            .withUserAgent("Mozilla/5.0 (X11; Linux) Zürich & 東京 100%")
            .withPageUrl("https://shop.example/a b?epik=abc&secret=1&utm_source=x")
            .withConsent(Visit.Consent.GRANTED, "cookie shop_consent");

    // --- as text

    @Test
    void readsBackWhatItWrote() {
        assertEquals(WHOLE, Visit.ofText(WHOLE.toText()));
        assertEquals(WHOLE.consentTime(), Visit.ofText(WHOLE.toText()).consentTime());
        assertTrue(WHOLE.toText().matches("[\\x21-\\x7e]+"), "one line of ASCII");
        for (Visit.Consent consent : Visit.Consent.values()) {
            Visit empty = Visit.of(Visit.Consent.GRANTED, "the shop").withConsent(consent, "why");
            assertEquals(empty, Visit.ofText(empty.toText()));
            assertEquals(empty.consentTime(), Visit.ofText(empty.toText()).consentTime());
        }
    }

    /** Databases of shops contain this text, so every version must read it. */
    @Test
    void readsTheTextOfTheFirstVersion() {
        String text =
                "epik1.9d5e06f1.consent=granted&reason=cookie+shop_consent&click=abc&ip=192.0.2.7&agent=Mozilla%2F5.0"
                        + "&page=https%3A%2F%2Fshop.example%2F%3Fepik%3Dabc";
        Visit visit = Visit.of(Visit.Consent.GRANTED, "the shop")
                .withClickId("abc")
                .withIp("192.0.2.7")
                .withUserAgent("Mozilla/5.0")
                .withPageUrl("https://shop.example/?epik=abc")
                .withConsent(Visit.Consent.GRANTED, "cookie shop_consent")
                .withConsentTime(null);
        assertEquals(text, visit.toText());
        assertEquals(visit, Visit.ofText(text));
        assertNull(Visit.ofText(text).consentTime());
    }

    @Test
    void writesTheTimeAndTheSourceOfTheConsent() {
        Visit visit = Visit.of(Visit.Consent.DENIED, Visit.SEC_GPC)
                .withConsentTime(Instant.parse("2026-11-27T10:00:00.999Z"));
        assertEquals("epik1.0e8500f4.consent=denied&reason=Sec-GPC%3A+1&time=1795773600", visit.toText());
        Visit read = Visit.ofText(visit.toText());
        assertEquals(Visit.SEC_GPC, read.consentReason());
        assertEquals(Instant.parse("2026-11-27T10:00:00Z"), read.consentTime());
    }

    @Test
    void theTimeIsThatOfTheLastAnswer() {
        Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Visit old = WHOLE.withConsentTime(Instant.EPOCH);
        Visit visit =
                old.withIp("192.0.2.9").withClickId("abc").withUserAgent("x").withPageUrl("https://a.example/");
        assertEquals(Instant.EPOCH, visit.consentTime());
        Instant again = visit.withConsent(Visit.Consent.GRANTED, "the shop").consentTime();
        assertTrue(again != null && !again.isBefore(before), () -> again + " is before " + before);
        assertEquals(WHOLE, old, "the time is not compared");
    }

    @ParameterizedTest
    @EnumSource(value = Visit.Consent.class, names = "GRANTED", mode = EnumSource.Mode.EXCLUDE)
    void writesOnlyTheConsentIfItIsNotGranted(Visit.Consent consent) {
        Visit visit = WHOLE.withConsent(consent, "Sec-GPC: 1");
        assertEquals(
                Visit.of(Visit.Consent.GRANTED, "the shop").withConsent(consent, "Sec-GPC: 1"),
                Visit.ofText(visit.toText()));
    }

    @Test
    void leavesOutThePageFirstIfTheTextIsTooLong() {
        Visit query = WHOLE.withPageUrl("https://shop.example/p?utm_source=" + "x".repeat(3000));
        assertEquals("https://shop.example/p", Visit.ofText(query.toText()).pageUrl());
        Visit page = WHOLE.withPageUrl("https://shop.example/" + "x".repeat(3000));
        assertEquals(WHOLE.withPageUrl(null), Visit.ofText(page.toText()));
        Visit click = WHOLE.withClickId("a".repeat(1900));
        assertEquals("a".repeat(1900), Visit.ofText(click.toText()).clickId());
        Visit all = WHOLE.withClickId("/".repeat(2048))
                .withUserAgent("ü".repeat(5000))
                .withPageUrl("https://shop.example/" + "ü".repeat(3000))
                .withConsent(Visit.Consent.GRANTED, "ü".repeat(5000));
        for (Visit visit : List.of(query, page, click, all)) {
            assertTrue(
                    visit.toText().length() <= Visit.MAX_TEXT_LENGTH,
                    () -> visit.toText().length() + " characters");
            assertEquals(visit.consent(), Visit.ofText(visit.toText()).consent());
            assertEquals(visit.ip(), Visit.ofText(visit.toText()).ip());
        }
    }

    @Test
    void rejectsATextThatWasCutOffOrChangedWithoutQuotingIt() {
        String text = WHOLE.toText();
        for (int length = 0; length < text.length(); length++) {
            rejected(text.substring(0, length));
        }
        for (int at = 0; at < text.length(); at++) {
            rejected(text.substring(0, at) + '#' + text.substring(at + 1));
        }
        assertTrue(rejected(text.substring(0, 100)).contains("2048"));
        assertTrue(rejected("epik2." + text.substring(6)).contains("version 2"));
        assertTrue(rejected("{\"click\":\"abc\"}").contains("Visit.toText()"));
        rejected("epik99999999999.00000000.");
        rejected("");
        assertTrue(rejected(null).contains("Visit.of(Visit.Consent.GRANTED, …)"));
    }

    private static String rejected(@Nullable String text) {
        var e = assertThrows(EpikException.class, () -> Visit.ofText(text));
        String message = String.valueOf(e.getMessage());
        assertFalse(message.contains("2001:db8") || message.contains("Mozilla"), message);
        return message;
    }

    // --- values

    @Test
    void acceptsEveryClickIdOfTheCaptureTable() {
        List<String> clickIds = VectorRow.of("capture.json", "query")
                .map(row -> row.json().path("clickId").asText(""))
                .filter(clickId -> !clickId.isEmpty() && !clickId.equals("repeat") && !clickId.equals("null"))
                .toList();
        assertTrue(clickIds.size() > 10, "the table has rows");
        clickIds.forEach(clickId -> assertEquals(
                clickId,
                Visit.of(Visit.Consent.GRANTED, "the shop").withClickId(clickId).clickId()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a;b", "a%2Bb", "a\r\nb", "\u00e9", "\"a\""})
    void leavesOutInvalidClickIds(String text) {
        assertNull(Visit.of(Visit.Consent.GRANTED, "the shop").withClickId(text).clickId());
    }

    @Test
    void leavesOutAClickIdThatIsTooLong() {
        assertNull(Visit.of(Visit.Consent.GRANTED, "the shop")
                .withClickId("a".repeat(2049))
                .clickId());
    }

    static Stream<VectorRow> addresses() {
        return VectorRow.of("addresses.json", "rows");
    }

    @ParameterizedTest
    @MethodSource("addresses")
    void acceptsAddressesAsTheTableStates(VectorRow row) {
        String given = row.json().path("given").asText();
        String sent = row.json().path("sent").textValue();
        Visit visit = Visit.of(Visit.Consent.GRANTED, "the shop").withIp(given);
        assertEquals(sent, visit.ip());
        assertEquals(sent == null && !given.isEmpty() ? Set.of("ip") : Set.of(), visit.invalidFields());
        assertEquals(sent, Visit.ofText(visit.toText()).ip());
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
    void keepsOnlyTheParametersOfCampaigns(String url, String kept) {
        assertEquals(
                kept,
                Visit.of(Visit.Consent.GRANTED, "the shop").withPageUrl(url).pageUrl());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/checkout", "javascript:alert(1)", "file:///etc/passwd"})
    void leavesOutInvalidPageUrls(String url) {
        assertNull(Visit.of(Visit.Consent.GRANTED, "the shop").withPageUrl(url).pageUrl());
    }

    @Test
    void showsWhichValuesAreKnownAndNoValue() {
        Visit visit = Visit.of(Visit.Consent.GRANTED, "the shop")
                .withClickId("dj0yJnU9")
                .withIp("192.0.2.7")
                .withUserAgent("Mozilla");
        assertEquals(
                "Visit[clickId=8 characters, ip=known, userAgent=known, consent=GRANTED (the shop)]", visit.toString());
    }
}
