// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageEventTest {
    private static final String MINIMAL = "event=page_visit&id=1764239000000-0.5";

    @Test
    void readsEveryValue() {
        assertEquals(
                Map.of(
                        "event", "add_to_cart",
                        "id", "1764239000000-0.5",
                        "value", "19.99",
                        "currency", "EUR",
                        "item", "cup-01\ncup 02",
                        "category", "Gläser & Co",
                        "search", "50%"),
                PageEvent.parse("event=add_to_cart&id=1764239000000-0.5&value=19.99&currency=EUR&item=cup-01"
                        + "&item=cup%2002&category=Gl%C3%A4ser%20%26%20Co&search=50%25"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"page_visit", "view_category", "search", "add_to_cart"})
    void readsTheFourNames(String name) {
        assertNotNull(PageEvent.parse("event=" + name + "&id=12345678"));
    }

    /** Results of an ad are reported by the server only. */
    @ParameterizedTest
    @ValueSource(
            strings = {"checkout", "lead", "signup", "initiate_checkout", "subscribe", "custom", "PAGE_VISIT", "", "x"})
    void refusesEveryOtherName(String name) {
        assertNull(PageEvent.parse("event=" + name + "&id=12345678"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event=page_visit",
                "event=page_visit&id=",
                "event=page_visit&id=1234567",
                "event=page_visit&id=1234567%20",
                "event=page_visit&id=%3Cscript%3E",
                "event=page_visit&id=12345678&id=12345678",
                "event=page_visit&event=page_visit&id=12345678",
                "event=page_visit&id=12345678&",
                "event=page_visit&id=12345678&value",
                "event=page_visit&id=12345678&value=",
                "event=page_visit&id=12345678&value=-1",
                "event=page_visit&id=12345678&value=1e9",
                "event=page_visit&id=12345678&value=1,5",
                "event=page_visit&id=12345678&value=1.1234567",
                "event=page_visit&id=12345678&value=1234567890123",
                "event=page_visit&id=12345678&currency=eur",
                "event=page_visit&id=12345678&currency=EURO",
                "event=page_visit&id=12345678&category=",
                "event=page_visit&id=12345678&category=%20",
                "event=page_visit&id=12345678&category=a%0Ab",
                "event=page_visit&id=12345678&category=a%00",
                "event=page_visit&id=12345678&category=a b",
                "event=page_visit&id=12345678&category=\u00e4",
                "event=page_visit&id=12345678&category=%E4",
                "event=page_visit&id=12345678&category=%ED%A0%80",
                "event=page_visit&id=12345678&category=%",
                "event=page_visit&id=12345678&category=%4",
                "event=page_visit&id=12345678&category=%4g",
                "event=page_visit&id=12345678&email=jane%40example.org",
                "event=page_visit&id=12345678&page=https%3A%2F%2Fevil.example",
                "event=page_visit&id=12345678&consent=granted",
            })
    void refusesTheWholeBodyIfOnePartIsInvalid(String body) {
        assertNull(PageEvent.parse(body));
    }

    @Test
    void limitsIdsTextsAndItems() {
        assertNotNull(PageEvent.parse("event=search&id=" + "1".repeat(64)));
        assertNull(PageEvent.parse("event=search&id=" + "1".repeat(65)));
        assertNotNull(PageEvent.parse(MINIMAL + "&search=" + "x".repeat(100)));
        assertNull(PageEvent.parse(MINIMAL + "&search=" + "x".repeat(101)));
        assertNotNull(PageEvent.parse(MINIMAL + "&item=a".repeat(10)));
        assertNull(PageEvent.parse(MINIMAL + "&item=a".repeat(11)));
    }
}
