// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.capi.event.ConversionEvent.Privacy;
import dev.epik.capi.event.ConversionEvent.Privacy.PageUrl;
import dev.epik.capi.event.ConversionEvent.Privacy.UsOptOut;
import dev.epik.testing.VectorRow;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of {@code vectors/privacy.json}, and what each setting leaves out. */
class PrivacyTest {
    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
    private static final Visit VISIT = Visit.of(Visit.Consent.GRANTED, "the shop")
            .withConsentTime(NOW)
            .withClickId("dj0yJnU9abc")
            .withIp("192.0.2.7")
            .withUserAgent("Mozilla/5.0")
            .withPageUrl("https://shop.example/cart?epik=dj0yJnU9abc&utm_id=1");
    private static final Privacy DEFAULTS = Privacy.defaults();
    private static final Privacy LDP = DEFAULTS.withUsOptOut(UsOptOut.LDP);

    private static ConversionEvent.Builder sale() {
        return ConversionEvent.checkout("1001")
                .visit(VISIT)
                .customer(Customer.builder()
                        .email("jane@shop.example")
                        .state("CA")
                        .country("US"))
                .value(new BigDecimal("72.39"), "EUR")
                .item(Item.of("sku-7", 2, new BigDecimal("19.99"))
                        .withName("Cup")
                        .withBrand("Mug & Co"))
                .contentName("Cups")
                .contentId("sku-7")
                .searchString("blue cup");
    }

    private static JsonNode json(ConversionEvent event) {
        try {
            return new ObjectMapper().readTree(event.json());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the paths of all values, without the indexes of arrays. */
    private static List<String> fields(JsonNode node, String path) {
        if (node.isValueNode()) {
            return List.of(path);
        }
        List<String> fields = new ArrayList<>();
        node.properties().forEach(each -> fields.addAll(fields(each.getValue(), path + "/" + each.getKey())));
        if (node.isArray()) {
            node.forEach(each -> fields.addAll(fields(each, path)));
        }
        return fields;
    }

    private static List<String> leftOut(Privacy settings) {
        ConversionEvent event = sale().build();
        List<String> fields = fields(json(event), "");
        fields.removeAll(fields(json(event.withPrivacy(settings, NOW)), ""));
        return fields;
    }

    // --- what is left out

    @Test
    void theDefaultsChangeNothing() {
        ConversionEvent event = sale().build();
        assertSame(event, event.withPrivacy(DEFAULTS, NOW));
        assertSame(event, event.withPrivacy(LDP, NOW));
    }

    @Test
    void eachSettingLeavesOutItsFieldsOnly() {
        assertEquals(List.of("/event_source_url"), leftOut(DEFAULTS.withPageUrl(PageUrl.OFF)));
        assertEquals(List.of(), leftOut(DEFAULTS.withPageUrl(PageUrl.ORIGIN)));
        assertEquals(
                List.of("/custom_data/content_name", "/custom_data/contents/item_name"),
                leftOut(DEFAULTS.withItemNames(false)));
        assertEquals(List.of("/custom_data/search_string"), leftOut(DEFAULTS.withSearchString(false)));
        assertEquals(
                4,
                leftOut(DEFAULTS.withPageUrl(PageUrl.OFF).withItemNames(false).withSearchString(false))
                        .size());
    }

    @Test
    void theTagOfTheResultHasNoneOfTheValuesThatAreLeftOut() {
        ConversionEvent event = sale().build();
        ConversionEvent minimised =
                event.withPrivacy(DEFAULTS.withItemNames(false).withSearchString(false), NOW);
        assertTrue(event.browserTag().contains("Cup") && event.browserTag().contains("blue"), event.browserTag());
        assertFalse(
                minimised.browserTag().contains("Cup") || minimised.browserTag().contains("blue"),
                minimised.browserTag());
    }

    @Test
    void keepsEverythingElseOfTheEvent() {
        ConversionEvent event = sale().build();
        ConversionEvent minimised = event.withPrivacy(DEFAULTS.withPageUrl(PageUrl.OFF), NOW);
        assertEquals(event.name() + event.id(), minimised.name() + minimised.id());
        assertEquals(event.happenedAt(), minimised.happenedAt());
        assertEquals(event.matchKeys(), minimised.matchKeys());
        assertEquals(event.problems(), minimised.problems());
        assertEquals(Visit.Consent.GRANTED, minimised.consent());
    }

    /** The builder may be used again. */
    @Test
    void laterChangesOfTheBuilderDoNotChangeTheEvent() {
        ConversionEvent.Builder builder = sale();
        ConversionEvent event = builder.build();
        String tag = event.browserTag();
        builder.item("sku-8", 1, BigDecimal.ONE)
                .contentId("sku-8")
                .searchString("red cup")
                .visit(VISIT.withIp("192.0.2.8"));
        ConversionEvent minimised = event.withPrivacy(DEFAULTS.withPageUrl(PageUrl.OFF), NOW);
        assertEquals(tag, minimised.browserTag());
        assertEquals(
                event.json().replaceAll("\"event_source_url\":\"[^\"]*\",", ""),
                minimised.json(),
                "nothing else changed");
    }

    @Test
    void anInvalidEventStaysInvalid() {
        ConversionEvent event = ConversionEvent.checkout("1001")
                .visit(VISIT)
                .idPrefix("a")
                .value(new BigDecimal("-1"), "EUR")
                .build();
        ConversionEvent minimised = event.withPrivacy(DEFAULTS.withPageUrl(PageUrl.OFF), NOW);
        assertEquals("", minimised.json());
        assertEquals(event.errors(), minimised.errors());
        assertNotEquals(List.of(), minimised.errors());
    }

    static Stream<VectorRow> pageUrls() {
        return VectorRow.of("privacy.json", "pageUrl");
    }

    @ParameterizedTest
    @MethodSource("pageUrls")
    void sendsOfThePageWhatTheTableStates(VectorRow row) {
        ConversionEvent event =
                sale().visit(VISIT.withPageUrl(row.text("given"))).build();
        for (PageUrl setting : PageUrl.values()) {
            assertEquals(
                    row.orNull(setting.name().toLowerCase(Locale.ROOT)),
                    json(event.withPrivacy(DEFAULTS.withPageUrl(setting), NOW))
                            .path("event_source_url")
                            .textValue(),
                    setting::name);
        }
    }

    // --- opt-outs in the US

    static Stream<VectorRow> optOuts() {
        return VectorRow.of("privacy.json", "usOptOut");
    }

    private static ConversionEvent event(VectorRow row) {
        Visit.Consent consent = Visit.Consent.valueOf(row.text("consent").toUpperCase(Locale.ROOT));
        return sale().visit(VISIT.withConsent(consent, row.text("reason")).withConsentTime(NOW))
                .customer(Customer.builder()
                        .email("jane@shop.example")
                        .state(row.orNull("state"))
                        .country(row.orNull("country")))
                .build();
    }

    @ParameterizedTest
    @MethodSource("optOuts")
    void sendsAnOptOutAsTheTableStates(VectorRow row) {
        ConversionEvent event = event(row);
        ConversionEvent stored = event.withPrivacy(LDP, NOW);
        String optOutType = json(stored).at("/custom_data/opt_out_type").asText();
        switch (row.text("expected")) {
            case "limited" -> {
                assertEquals(Visit.Consent.GRANTED, stored.consent());
                assertEquals("LDP", optOutType);
                assertFalse(stored.json().contains("dj0yJnU9abc"), "neither the click id nor the page with it");
                assertFalse(stored.matchKeys().contains("click_id"));
                assertTrue(stored.matchKeys().containsAll(List.of("em", "st", "country")));
            }
            case "full" -> assertSame(event, stored);
            default -> {
                assertNotEquals(Visit.Consent.GRANTED, stored.consent());
                assertTrue(stored.consentReason().startsWith(event.consentReason()), stored.consentReason());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("optOuts")
    void dropsEveryOptOutByDefault(VectorRow row) {
        ConversionEvent event = event(row);
        assertSame(event, event.withPrivacy(DEFAULTS, NOW));
    }

    @Test
    void namesTheCureIfTheStateOfAnOptOutIsUnknown() {
        ConversionEvent event = sale().visit(VISIT.withConsent(Visit.Consent.DENIED, Visit.SEC_GPC))
                .customer(Customer.builder().email("jane@shop.example"))
                .build();
        assertEquals(
                "Sec-GPC: 1. Limited Data Processing needs a customer in the US, and in a state with a privacy law",
                event.withPrivacy(LDP, NOW).consentReason());
    }

    @Test
    void anOptOutThatWasStoredWithTheOrderIsSentByTheCustomersDataAlone() {
        Visit stored = Visit.ofText(
                VISIT.withConsent(Visit.Consent.DENIED, Visit.US_PRIVACY).toText());
        ConversionEvent sent = sale().visit(stored).build().withPrivacy(LDP, Instant.now());
        assertEquals(List.of("em", "st", "country"), sent.matchKeys());
        assertEquals("LDP", json(sent).at("/custom_data/opt_out_type").asText());
    }

    @ParameterizedTest
    @EnumSource(PageUrl.class)
    void anOptOutObeysTheOtherSettingsToo(PageUrl pageUrl) {
        ConversionEvent event = sale().visit(
                        VISIT.withConsent(Visit.Consent.DENIED, Visit.SEC_GPC).withConsentTime(NOW))
                .build();
        assertEquals(
                switch (pageUrl) {
                    case FULL -> "https://shop.example/cart";
                    case ORIGIN -> "https://shop.example/";
                    case OFF -> null;
                },
                json(event.withPrivacy(LDP.withPageUrl(pageUrl), NOW))
                        .path("event_source_url")
                        .textValue());
    }

    // --- the age of a visit

    static Stream<VectorRow> ages() {
        return VectorRow.of("privacy.json", "visitAge");
    }

    @ParameterizedTest
    @MethodSource("ages")
    void anOldVisitCountsAsUnknownAsTheTableStates(VectorRow row) {
        Privacy settings = row.json().has("max")
                ? LDP.withMaxVisitAge(Duration.ofSeconds(row.json().path("max").asLong()))
                : LDP;
        @Nullable
        Instant read = row.json().path("age").isNull()
                ? null
                : NOW.minusSeconds(row.json().path("age").asLong());
        boolean isStored = row.text("expected").equals("stored");
        Visit visit = VISIT.withConsentTime(read);
        assertEquals(
                isStored ? Visit.Consent.GRANTED : Visit.Consent.UNKNOWN,
                sale().visit(visit).build().withPrivacy(settings, NOW).consent());
        Visit optOut = visit.withConsent(Visit.Consent.DENIED, Visit.SEC_GPC).withConsentTime(read);
        assertEquals(
                isStored ? Visit.Consent.GRANTED : Visit.Consent.UNKNOWN,
                sale().visit(optOut).build().withPrivacy(settings, NOW).consent(),
                "an opt-out");
    }

    @Test
    void theReasonNamesTheAgeTheSettingAndTheCure() {
        Visit old = VISIT.withConsentTime(NOW.minus(Duration.ofDays(200)));
        assertEquals(
                "the shop. It was read on 2026-05-11, and maxVisitAge (epik.visit.max-age) is 180 days: report the event"
                        + " with a newer visit, or set a higher age",
                sale().visit(old).build().withPrivacy(DEFAULTS, NOW).consentReason());
        assertTrue(sale().visit(old)
                .build()
                .withPrivacy(DEFAULTS.withMaxVisitAge(Duration.ofMinutes(90)), NOW)
                .consentReason()
                .contains(" is 90 minutes"));
    }

    @ParameterizedTest
    @ValueSource(longs = {-31_557_014_167_219_200L, -1, 31_556_889_864_403_199L})
    void noTimeOfAVisitFails(long second) {
        Visit visit = VISIT.withConsentTime(Instant.ofEpochSecond(second));
        assertEquals(
                second < 0 ? Visit.Consent.UNKNOWN : Visit.Consent.GRANTED,
                sale().visit(visit).build().withPrivacy(DEFAULTS, NOW).consent());
    }

    @Test
    void anAgeOutsideOfTheRangeIsSetToTheEndOfTheRange() {
        assertEquals(
                Duration.ofMinutes(1), DEFAULTS.withMaxVisitAge(Duration.ZERO).maxVisitAge());
        assertEquals(
                Duration.ofDays(3650),
                DEFAULTS.withMaxVisitAge(Duration.ofSeconds(Long.MAX_VALUE)).maxVisitAge());
    }

    @Test
    void showsEverySetting() {
        assertEquals(
                "Privacy[pageUrl=FULL, itemNames=true, searchString=true, maxVisitAge=PT4320H, usOptOut=DROP]",
                DEFAULTS.toString());
    }
}
