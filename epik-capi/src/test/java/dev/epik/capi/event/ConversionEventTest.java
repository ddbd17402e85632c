// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.testing.PublishedSchema;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConversionEventTest {
    private static final Instant TIME = Instant.parse("2026-11-01T10:00:00Z");
    private static final Visit VISIT = Visit.of(Visit.Consent.GRANTED, "the shop")
            .withClickId("dj0yJnU9abc")
            .withIp("192.0.2.7")
            .withUserAgent("Mozilla/5.0");

    private static ConversionEvent.Builder order() {
        return ConversionEvent.checkout("1001").time(TIME).visit(VISIT);
    }

    private static JsonNode json(ConversionEvent event) throws Exception {
        assertEquals(List.of(), event.errors());
        PublishedSchema.check("{\"data\":[" + event.json() + "]}");
        return new ObjectMapper().readTree(event.json());
    }

    @Test
    void writesAllValuesOfACheckout() throws Exception {
        ConversionEvent event = order().value(new BigDecimal("72.39"), "EUR")
                .customer(Customer.builder().email("Jane@Shop.example").zip("10115"))
                .visit(VISIT.withPageUrl("https://shop.example/checkout?epik=abc&reset=secret&utm_source=pin#top"))
                .item(Item.of("sku-7", 2, new BigDecimal("19.99"))
                        .withName("Cup")
                        .withCategory("Kitchen")
                        .withBrand("Mug & Co")
                        .withBrandId("brand-3"))
                .item("sku-8", 1, new BigDecimal("32.41"))
                .build();
        String expected = """
                {"event_name":"checkout","action_source":"web","event_time":1793527200,"event_id":"1001",
                 "event_source_url":"https://shop.example/checkout?epik=abc&utm_source=pin",
                 "user_data":{
                   "em":["%s"],"zp":["%s"],
                   "client_ip_address":"192.0.2.7","client_user_agent":"Mozilla/5.0","click_id":"dj0yJnU9abc"},
                 "custom_data":{"currency":"EUR","value":"72.39","order_id":"1001","content_ids":["sku-7","sku-8"],
                   "contents":[
                     {"id":"sku-7","item_price":"19.99","quantity":2,"item_name":"Cup","item_category":"Kitchen",
                      "item_brand":"Mug & Co","item_brand_id":"brand-3"},
                     {"id":"sku-8","item_price":"32.41","quantity":1}],
                   "num_items":3}}
                """.formatted(Sha256.hex("jane@shop.example"), Sha256.hex("10115"));
        assertEquals(new ObjectMapper().readTree(expected), json(event));
    }

    @Test
    void omitsUnknownValues() throws Exception {
        JsonNode json = json(ConversionEvent.pageVisit("v-1")
                .time(TIME)
                .customer(Customer.builder().email("jane@shop.example"))
                .build());
        assertEquals("page_visit", json.path("event_name").asText());
        assertFalse(json.has("custom_data"));
        assertFalse(json.has("event_source_url"));
        assertEquals(1, json.path("user_data").size());
    }

    @Test
    void writesLargeAmountsWithoutAnExponent() throws Exception {
        JsonNode json = json(order().value(new BigDecimal("1E+3"), "JPY").build());
        assertEquals("1000", json.path("custom_data").path("value").asText());
    }

    @Test
    void usesTheCurrentTimeByDefault() throws Exception {
        Instant before = Instant.now().minusSeconds(1);
        JsonNode json = json(ConversionEvent.addToCart("a-1").visit(VISIT).build());
        long time = json.path("event_time").asLong();
        assertTrue(time >= before.getEpochSecond() && time <= Instant.now().getEpochSecond());
    }

    static Stream<Arguments> invalid() {
        BigDecimal price = new BigDecimal("1.00");
        return Stream.of(
                Arguments.of("id", ConversionEvent.checkout(" ").visit(VISIT)),
                Arguments.of("customer", ConversionEvent.checkout("1")),
                Arguments.of(
                        "customer",
                        ConversionEvent.checkout("1")
                                .customer(Customer.builder().phone("+15550109999"))),
                Arguments.of("customer", ConversionEvent.checkout("1").visit(VISIT.withIp(null))),
                Arguments.of("customer", ConversionEvent.checkout("1").visit(VISIT.withUserAgent(" "))),
                Arguments.of("time", order().time(Instant.now().plusSeconds(3600))),
                Arguments.of("time", order().time(Instant.ofEpochSecond(1_793_527_200_000L))),
                Arguments.of("time", order().time(Instant.EPOCH)),
                Arguments.of("time", order().time(Instant.ofEpochSecond(1_199_145_600))),
                Arguments.of("value", order().value(new BigDecimal("-1"), "EUR")),
                Arguments.of("value", order().value(new BigDecimal("1E+1000000000"), "EUR")),
                Arguments.of("value", order().value(new BigDecimal("0E-1000000000"), "EUR")),
                Arguments.of("currency", order().value(price, "EURO")));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void reportsAnErrorForWhatPinterestWouldRefuse(String field, ConversionEvent.Builder draft) {
        ConversionEvent event = draft.build();
        assertEquals(List.of(field), event.errors().stream().map(Problem::field).toList());
        assertEquals("", event.json());
    }

    @Test
    void sendsWithWarningsWithoutClickIdOrLateOrWithASingleMatchKey() {
        ConversionEvent event = order().visit(VISIT.withClickId(null)).build();
        assertEquals(
                List.of("clickId", "time", "customer"),
                event.warnings().stream().map(Problem::field).toList());
        assertTrue(event.errors().isEmpty());
    }

    @Test
    void sendsTheSaleWithoutAValueThatCannotBeMatched() {
        Customer customer = Customer.builder()
                .email("jane@shop.example")
                .country("Deutschland")
                .build();
        ConversionEvent event = order().time(null).customer(customer).build();
        assertEquals(
                List.of("country"),
                event.warnings().stream().map(Problem::field).toList());
        assertFalse(event.json().contains("Deutschland"));
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without null checks does
    void treatsNullAsUnknown() {
        ConversionEvent.Builder draft = ConversionEvent.checkout(null)
                .visit(null)
                .customer((Customer) null)
                .time(null);
        draft.value(null, null).item(null).item(null, 1, null);
        draft.value(new BigDecimal("1"), null)
                .contentId(null)
                .contentName(null)
                .language(null)
                .partnerName(null);
        draft.searchString(null).orderId(null).numItems(null).predictedLtv(null).actionSource(null);
        draft.app(null).device(null).idPrefix(null).externalMeasurement(null, 0);
        assertEquals(
                List.of("id", "customer"),
                draft.build().errors().stream().map(Problem::field).toList());
    }
}
