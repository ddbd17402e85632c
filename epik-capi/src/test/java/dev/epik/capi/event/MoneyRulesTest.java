// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.PublishedSchema;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules for amounts, currencies and items. */
class MoneyRulesTest extends RulesTestBase {
    @ParameterizedTest
    @ValueSource(strings = {"XXX", "XTS", "XAU", "BTC", "€", "EURO", "978"})
    void rejectsInvalidCurrencies(String code) {
        assertEquals(List.of("currency"), errorFields(order().value(PRICE, code)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"EUR", "eur", "USD", "JPY", "XOF", "XPF", "TRY", "KWD"})
    void acceptsCurrenciesThatCountriesUse(String code) {
        assertEquals(List.of(), warningFields(order().value(PRICE, code)));
    }

    @ParameterizedTest
    @CsvSource({
        "72390000,EUR,true",
        "1000000,USD,true",
        "19990000,GBP,true",
        "1234567.89,EUR,false",
        "72.39,EUR,false",
        "1500000,IDR,false",
        "2000000,JPY,false"
    })
    void warnsOfMicroUnits(BigDecimal value, String currency, boolean micro) {
        assertEquals(micro ? List.of("value") : List.of(), warningFields(order().value(value, currency)));
    }

    @Test
    void warnsOfZeroAndOfMissingAndFormerCurrencies() {
        assertEquals(List.of("value"), warningFields(order().value(BigDecimal.ZERO, "EUR")));
        assertEquals(List.of("currency"), warningFields(order().value(PRICE, null)));
        assertEquals(List.of("currency"), warningFields(order().value(PRICE, "DEM")));
    }

    @Test
    void sendsAnItemWithoutAPrice() {
        ConversionEvent event = order().item("sku", 1, null).build();
        assertEquals(List.of(), event.problems());
        assertFalse(event.json().contains("item_price"), event::json);
    }

    @Test
    void warnsIfTheNumberOfItemsIsNotTheSum() {
        assertEquals(
                List.of("numItems"), warningFields(order().item("sku", 2, PRICE).numItems(3L)));
        assertEquals(List.of(), warningFields(order().item("sku", 2, PRICE).numItems(2L)));
    }

    private static Stream<Arguments> leftOut() {
        BigDecimal overlong = new BigDecimal("1E+1000000000");
        String one = "\"content_ids\":[\"sku\"],\"contents\":[{\"id\":\"sku\",\"quantity\":1}],\"num_items\":1";
        return Stream.of(
                Arguments.of("numItems", "", order().numItems(0L)),
                Arguments.of("numItems", one, order().item("sku", 1, null).numItems(-1L)),
                Arguments.of("items[0].id", "", order().item("", 1, PRICE)),
                Arguments.of("items[0].id", one, order().item("", 1, PRICE).item("sku", 1, null)),
                Arguments.of(
                        "items[1].quantity", one, order().item("sku", 1, null).item("gift", 0, PRICE)),
                Arguments.of("items[0].price", one, order().item("sku", 1, PRICE.negate())),
                Arguments.of("items[0].price", one, order().item("sku", 1, overlong)),
                Arguments.of("predictedLtv", "", order().predictedLtv(PRICE.negate())),
                Arguments.of("predictedLtv", "", order().predictedLtv(overlong)));
    }

    @ParameterizedTest
    @MethodSource("leftOut")
    void leavesOutInvalidOptionalFieldsAndSendsTheSale(String field, String custom, ConversionEvent.Builder draft) {
        ConversionEvent event = draft.build();
        assertEquals(List.of(), event.errors());
        assertEquals(
                List.of(field), event.warnings().stream().map(Problem::field).toList());
        String with = custom.isEmpty() ? "}" : "," + custom + "}";
        assertTrue(event.json().endsWith("\"custom_data\":{\"order_id\":\"1001\"" + with + "}"), event::json);
        assertFalse(event.browserTag().contains("gift"), event::browserTag);
        assertFalse(event.browserTag().contains("-"), event::browserTag);
        PublishedSchema.check("{\"data\":[" + event.json() + "]}");
    }

    @Test
    void roundsAmountsOfABinaryFloatWithAWarning() {
        BigDecimal price = new BigDecimal("19.989999999999998436805981327779591083526611328125");
        ConversionEvent event = order().value(price, "EUR")
                .predictedLtv(price)
                .item("sku", 1, price)
                .build();
        assertEquals(List.of(), event.errors());
        assertEquals(
                List.of("value", "predictedLtv", "items[0].price"),
                event.warnings().stream().map(Problem::field).toList());
        for (String amount : List.of("value", "predicted_ltv", "item_price")) {
            assertTrue(event.json().contains("\"" + amount + "\":\"19.99\""), event::json);
        }
        assertTrue(event.browserTag().contains("\"value\":19.99,"), event::browserTag);
    }
}
