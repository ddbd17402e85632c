// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The names of advertiser-defined events. */
class AdvertiserEventsTest extends RulesTestBase {
    private static ConversionEvent event(String name) {
        return ConversionEvent.advertiserDefined(name, "1").visit(VISIT).build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"add_shipping_info", "Add-Shipping-2", "x", "_", "0"})
    void sendsTheNameAsItIs(String name) {
        ConversionEvent event = event(name);
        assertEquals(List.of(), event.errors());
        assertTrue(event.json().contains("{\"event_name\":\"" + name + "\""), event::json);
        assertTrue(event.browserTag().startsWith("[\"track\",\"" + name + "\""), event::browserTag);
        assertTrue(event.toString().contains(name), event::toString);
    }

    @Test
    void allowsAtMostAHundredCharacters() {
        assertTrue(event("x".repeat(100)).errors().isEmpty());
        assertFalse(event("x".repeat(101)).errors().isEmpty());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "a b", "jane@shop.example", "größe", "a.b", "a\n"})
    void refusesAnInvalidNameAndDoesNotQuoteIt(String name) {
        ConversionEvent event = event(name);
        assertEquals(1, event.errors().size());
        assertTrue(event.errors().get(0).message().startsWith("is not the name of an advertiser-defined event"));
        assertFalse(event.toString().contains("jane@"), event::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"checkout", "Checkout", "ADD_TO_CART"})
    void refusesNamesOfPinterestsOwnEvents(String name) {
        assertTrue(event(name).errors().get(0).message().startsWith("is an event of Pinterest's own"));
    }
}
