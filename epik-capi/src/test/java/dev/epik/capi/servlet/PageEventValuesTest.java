// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageEventValuesTest {
    private static final Visit VISIT = Visit.of(Visit.Consent.GRANTED, "the banner")
            .withIp("203.0.113.7")
            .withUserAgent("Mozilla/5.0")
            .withPageUrl("https://shop.example/_epik")
            .withClickId("abc");

    private static ConversionEvent event(Map<String, String> values, boolean withSearchText) {
        return PageEventValues.toEvent(values, VISIT, withSearchText).orElseThrow();
    }

    @Test
    void hasThePageInsteadOfTheBeaconsPath() throws Exception {
        ConversionEvent event = event(
                Map.of(
                        "event", "add_to_cart",
                        "id", "17-0.25",
                        "value", "19.99",
                        "currency", "EUR",
                        "item", "a\nb",
                        "category", "cups",
                        "page", "https://shop.example/product/1?utm_source=pinterest&secret=1"),
                false);
        assertEquals(List.of(), event.errors());
        assertEquals("add_to_cart", event.name());
        assertEquals("17-0.25", event.id());
        JsonNode json = new ObjectMapper().readTree(event.json());
        assertEquals(
                "https://shop.example/product/1?utm_source=pinterest",
                json.path("event_source_url").asText());
        assertEquals("abc", json.path("user_data").path("click_id").asText());
        JsonNode data = json.path("custom_data");
        assertEquals("[\"a\",\"b\"]", data.path("content_ids").toString());
        assertEquals("19.99", data.path("value").asText());
        assertEquals("EUR", data.path("currency").asText());
        assertEquals("cups", data.path("content_category").asText());
    }

    @Test
    void withoutAPageThereIsNone() {
        assertFalse(event(Map.of("event", "page_visit", "id", "17-0.25"), false)
                .json()
                .contains("_epik"));
    }

    @Test
    void theTextOfASearchIsLeftOutUnlessItIsWanted() {
        Map<String, String> search = Map.of("event", "search", "id", "17-0.25", "search", "canary");
        assertFalse(event(search, false).json().contains("canary"));
        assertTrue(event(search, true).json().contains("canary"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"checkout", "lead", "signup", "custom", ""})
    void refusesWhatOnlyTheServerMayReport(String name) {
        assertEquals(Optional.empty(), PageEventValues.toEvent(Map.of("event", name, "id", "17-0.25"), VISIT, false));
    }

    @Test
    void refusesAValueThatIsNoNumber() {
        assertEquals(
                Optional.empty(),
                PageEventValues.toEvent(Map.of("event", "page_visit", "id", "17-0.25", "value", "x"), VISIT, false));
    }
}
