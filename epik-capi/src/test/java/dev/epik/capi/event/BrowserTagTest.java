// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.Tally;
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
    void saysTheSameInTheTagsOwnWords() throws Exception {
        String expected = """
                ["track","checkout",{"event_id":"1001","value":100,"currency":"EUR","order_id":"1001","order_quantity":2,
                 "line_items":[{"product_id":"sku-7","product_name":"Tom's <cup> & \\"saucer\\"","product_category":"Kitchen",
                   "product_brand":"Mug & Co","product_price":50.00,"product_quantity":2}]}]
                """;
        ObjectMapper json = new ObjectMapper();
        assertEquals(json.readTree(expected), json.readTree(sale().browserTag()));
    }

    @Test
    void nothingInItEndsAnAttributeOrAnElement() {
        assertFalse(sale().browserTag().matches("(?s).*[<>&'].*"), sale()::browserTag);
    }

    @Test
    void holdsNothingOfTheCustomers() {
        assertFalse(sale().browserTag().matches("(?s).*(jane|[0-9a-f]{64}).*"), sale()::browserTag);
    }

    @Test
    void aRefusedEventHasNone() {
        assertEquals("", ConversionEvent.checkout("1001").build().browserTag());
    }

    @Test
    void aSearchTellsTheTagWhatWasSearchedFor() throws Exception {
        String tag =
                ConversionEvent.search("1", "blue cup").customer(JANE).build().browserTag();
        assertEquals(
                "blue cup",
                new ObjectMapper().readTree(tag).at("/2/search_query").asText());
    }

    /** Every event, told by tag and server, counts once: so the tag's spelling and the id are those that Pinterest pairs. */
    @Test
    void tagAndServerCountOnce() throws Exception {
        try (FakePinterest pinterest =
                FakePinterest.builder("549755885175", "a-token").start()) {
            for (String name : EventNames.ALL) {
                ConversionEvent event = ConversionEvent.named(name, "id-" + name)
                        .customer(JANE)
                        .actionSource(name.startsWith("app_") ? ActionSource.APP_IOS : ActionSource.WEB)
                        .build();
                JsonNode call = new ObjectMapper().readTree(event.browserTag());
                pinterest.tagHit(call.path(1).asText(), call.path(2).toString());
                assertEquals(
                        new Tally(0, 1, 1), pinterest.tally(name, event.id()), () -> "the tag's spelling of " + name);
            }
            assertEquals(List.of(), pinterest.received());
        }
    }
}
