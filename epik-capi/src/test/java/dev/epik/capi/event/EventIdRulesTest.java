// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules for ids, order numbers and prefixes. */
class EventIdRulesTest extends RulesTestBase {
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "undefined", "null", "NaN", "[object Object]", "10\n01", "a\ud800b", "\t"})
    void rejectsIdsThatEventsWouldShareOrThatCannotBeSent(String id) {
        assertEquals(List.of("id"), errorFields(ConversionEvent.addToCart(id).visit(VISIT)));
    }

    @Test
    void rejectsIdsOfOver255Characters() {
        assertEquals(
                List.of(),
                errorFields(ConversionEvent.addToCart("x".repeat(255)).visit(VISIT)));
        assertEquals(
                List.of("id"),
                errorFields(ConversionEvent.addToCart("x".repeat(256)).visit(VISIT)));
    }

    @Test
    void addsThePrefixToTheIdButNotToTheOrderNumber() {
        ConversionEvent event = order().idPrefix("at-").build();
        assertEquals("at-1001", event.id());
        assertTrue(event.json().contains("\"event_id\":\"at-1001\""), event::json);
        assertTrue(event.json().contains("\"order_id\":\"1001\""), event::json);
        assertTrue(event.browserTag().contains("\"event_id\":\"at-1001\""), event::browserTag);
        assertEquals(
                List.of("id"),
                errorFields(ConversionEvent.addToCart("").visit(VISIT).idPrefix("at-")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1001   ", " 1001", "\t1001\n", "1001\u2003"})
    void removesSpacesAroundAnIdWithAWarning(String id) {
        ConversionEvent event = ConversionEvent.checkout(id).visit(VISIT).build();
        ConversionEvent plain = order().build();
        assertEquals(
                List.of("id", "orderId"),
                event.warnings().stream().map(Problem::field).toList());
        assertTrue(event.warnings().get(0).message().contains("has spaces around it"), event::toString);
        assertEquals(plain.id(), event.id());
        assertTrue(event.json().contains("\"event_id\":\"1001\""), event::json);
        assertTrue(event.json().contains("\"order_id\":\"1001\""), event::json);
        assertEquals(plain.browserTag(), event.browserTag());
    }

    @Test
    void keepsSpacesInsideAnId() {
        ConversionEvent event = ConversionEvent.checkout("10 01").visit(VISIT).build();
        assertEquals(List.of(), event.warnings());
        assertEquals("10 01", event.id());
    }

    @Test
    void warnsOfTheLastOrderIdOnly() {
        assertEquals(List.of(), warningFields(order().orderId("77 ").orderId("77")));
        assertEquals(List.of("orderId"), warningFields(order().orderId(" 77")));
    }

    @Test
    void removesSpacesBeforeAPrefixButNotAfterIt() {
        assertEquals("at- 1001", order().idPrefix("at- ").build().id());
        assertEquals(List.of("idPrefix"), warningFields(order().idPrefix(" at-")));
        assertEquals("at-1001", order().idPrefix(" at-").build().id());
        assertEquals(
                "at-1001",
                ConversionEvent.checkout(" 1001 ")
                        .visit(VISIT)
                        .idPrefix("at-")
                        .build()
                        .id());
    }
}
