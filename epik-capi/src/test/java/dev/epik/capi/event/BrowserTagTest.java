// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.capi.event.rules.EventNames;
import dev.epik.testkit.EventCounts;
import dev.epik.testkit.FakePinterest;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class BrowserTagTest {
    private static final Customer JANE =
            Customer.builder().email("jane@shop.example").build();

    private static ConversionEvent sale() {
        return ConversionEvent.checkout("1001")
                .customer(JANE)
                .value(new BigDecimal("1E+2"), "EUR")
                .item(Item.of("sku-7", 2, new BigDecimal("50.00"))
                        .withName("Tom's <cup> & \"saucer\"")
                        .withCategory("Kitchen")
                        .withBrand("Mug & Co"))
                .build();
    }

    @Test
    void hasTheSameValuesUnderTheNamesOfTheTag() throws Exception {
        String expected = """
                ["track","checkout",{"event_id":"1001","value":100,"currency":"EUR","order_id":"1001","order_quantity":2,
                 "line_items":[{"product_id":"sku-7","product_name":"Tom's <cup> & \\"saucer\\"","product_category":"Kitchen",
                   "product_brand":"Mug & Co","product_price":50.00,"product_quantity":2}]}]
                """;
        ObjectMapper json = new ObjectMapper();
        assertEquals(json.readTree(expected), json.readTree(sale().browserTag()));
    }

    @Test
    void containsNothingThatEndsAnAttributeOrElement() {
        assertFalse(sale().browserTag().matches("(?s).*[<>&'].*"), sale()::browserTag);
    }

    @Test
    void containsNothingAboutTheCustomer() {
        assertFalse(sale().browserTag().matches("(?s).*(jane|[0-9a-f]{64}).*"), sale()::browserTag);
    }

    @Test
    void isEmptyForAnEventWithErrors() {
        assertEquals("", ConversionEvent.checkout("1001").build().browserTag());
    }

    @Test
    void containsTheTextOfASearch() throws Exception {
        String tag =
                ConversionEvent.search("1", "blue cup").customer(JANE).build().browserTag();
        assertEquals(
                "blue cup",
                new ObjectMapper().readTree(tag).at("/2/search_query").asText());
    }

    /** Each event counts once if tag and server report it, so name and id are spelled as Pinterest pairs them. */
    @Test
    void tagAndServerCountOnce() throws Exception {
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start()) {
            for (String name : EventNames.ALL) {
                ConversionEvent event = ConversionEvent.named(name, "id-" + name)
                        .customer(JANE)
                        .actionSource(name.startsWith("app_") ? ActionSource.APP_IOS : ActionSource.WEB)
                        .build();
                JsonNode call = new ObjectMapper().readTree(event.browserTag());
                pinterest.tagHit(call.path(1).asText(), call.path(2).toString());
                assertEquals(
                        new EventCounts(0, 1, 1),
                        pinterest.countsOf(name, event.id()),
                        () -> "the tag's spelling of " + name);
            }
            assertEquals(List.of(), pinterest.received());
        }
    }
}
