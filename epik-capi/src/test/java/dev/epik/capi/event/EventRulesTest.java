// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.event.rules.EventNames;
import dev.epik.testing.PublishedSchema;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors and warnings that {@code ConversionEventTest} does not check. */
class EventRulesTest {
    private static final Visit VISIT = Visit.of(Visit.Consent.GRANTED, "the shop")
            .withClickId("dj0yJnU9abc")
            .withIp("192.0.2.7")
            .withUserAgent("Mozilla/5.0");
    private static final BigDecimal PRICE = new BigDecimal("19.99");

    private static ConversionEvent.Builder order() {
        return ConversionEvent.checkout("1001").visit(VISIT);
    }

    private static List<String> warningFields(ConversionEvent.Builder draft) {
        ConversionEvent event = draft.build();
        assertEquals(List.of(), event.errors());
        return event.warnings().stream().map(Problem::field).toList();
    }

    private static List<String> errorFields(ConversionEvent.Builder draft) {
        return draft.build().errors().stream().map(Problem::field).toList();
    }

    @Test
    void findsNoProblemInAValidOrder() {
        assertEquals(List.of(), order().value(PRICE, "EUR").build().problems());
    }

    // --- names

    @ParameterizedTest
    @CsvSource({
        "PageVisit,page_visit",
        "pagevisit,page_visit",
        "AddToCart,add_to_cart",
        "add-to-cart,add_to_cart",
        "chekout,checkout",
        "CHECKOUT,checkout",
        "Purchase,checkout",
        "page_view,page_visit",
        "CompleteRegistration,signup",
        "begin_checkout,initiate_checkout",
        "view_item,view_content",
        "sign_up,signup",
        "Leads,lead",
        "search_,search"
    })
    void suggestsTheNameThatWasProbablyMeant(String name, String meant) {
        ConversionEvent event = ConversionEvent.named(name, "1").visit(VISIT).build();
        Problem problem = event.errors().get(0);
        assertEquals("name", problem.field());
        assertTrue(problem.message().endsWith("did you mean " + meant + "?"), problem::message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "jane@shop.example", "refund", "x", "undefined", "事件"})
    void listsAllNamesForAnUnknownNameAndDoesNotQuoteIt(String name) {
        ConversionEvent event = ConversionEvent.named(name, "1").visit(VISIT).build();
        String message = event.errors().get(0).message();
        assertTrue(message.contains("use one of add_payment_info, "), message);
        assertFalse(event.toString().contains("jane@"), event::toString);
    }

    @Test
    void suggestsNothingForAVeryLongName() {
        assertTrue(EventNames.cure("checkout".repeat(100_000)).contains("use one of"));
    }

    // --- ids

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

    // --- money

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

    // --- text

    @Test
    void leavesOutPlaceholdersWithAWarning() {
        ConversionEvent event = order().contentName("undefined")
                .contentCategory(" null ")
                .searchString("NaN")
                .contentBrand("[object Object]")
                .contentId("undefined")
                .item(Item.of("sku", 1, PRICE).withName("undefined").withBrand("null"))
                .build();
        assertFalse(event.json().matches("(?s).*(undefined|null|NaN|object Object).*"), event::json);
        assertEquals(
                List.of("contentName", "contentCategory", "searchString", "contentBrand", "contentIds"),
                event.warnings().stream().map(Problem::field).toList());
    }

    @Test
    void removesControlCharactersAndUnpairedSurrogates() {
        ConversionEvent event =
                order().contentName("a\u0000b\ud83dc\ud83d\ude00").build();
        assertTrue(event.json().contains("\"content_name\":\"a bc\\uD83D\\uDE00\""), event::json);
    }

    @Test
    void warnsOfAnInvalidLanguageAndPartnerName() {
        assertEquals(List.of("language"), warningFields(order().language("german")));
        assertFalse(order().language("german").build().json().contains("language"));
        assertTrue(order().language("DE").build().json().contains("\"language\":\"de\""));
        assertEquals(List.of("partnerName"), warningFields(order().partnerName("Fern & Clay")));
        assertEquals(List.of(), warningFields(order().partnerName("ss-fern")));
    }

    // --- visit and match

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "192.168.1.1",
                "169.254.0.1",
                "172.16.0.1",
                "172.31.9.9",
                "::1",
                "0:0:0:0:0:0:0:1",
                "fe80::1",
                "FE80::1%eth0",
                "fd00::1",
                "::ffff:10.1.2.3",
                "10.1.2.3:4711"
            })
    void warnsOfPrivateAddresses(String ip) {
        assertEquals(List.of("ip"), warningFields(order().visit(VISIT.withIp(ip))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.7", "172.32.0.1", "100.64.0.1", "2001:db8::1", "11.0.0.1", "fec::1", "::2"})
    void acceptsPublicAddresses(String ip) {
        assertEquals(List.of(), warningFields(order().visit(VISIT.withIp(ip))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "curl/8.5",
                "CURL",
                "Go-http-client/2.0",
                "python-requests/2.32",
                "node",
                "Mozilla/5.0 (compatible; AhrefsBot)",
                "Mozilla/5.0 CRAWLER;",
                "spider bottle",
                "Java-http-client/17.0.15",
                "Pinterestbot/1.0",
                "Mozilla/5.0 (compatible; Googlebot/2.1)"
            })
    void warnsOfUserAgentsOfPrograms(String agent) {
        assertEquals(List.of("userAgent"), warningFields(order().visit(VISIT.withUserAgent(agent))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36",
                "Mozilla/5.0 Bottle",
                "Mozilla/5.0 bot_1",
                "Mozilla/5.0 bots",
                "Mozilla/5.0 spider\u00e9",
                "Mozilla/5.0 curl/8.5",
                "javac/17",
                "nodes",
                "curl8"
            })
    void acceptsUserAgentsOfBrowsers(String agent) {
        assertEquals(List.of(), warningFields(order().visit(VISIT.withUserAgent(agent))));
    }

    @Test
    void warnsOfASingleMatchKey() {
        Customer.Builder jane = Customer.builder().email("jane@shop.example");
        assertEquals(
                List.of("clickId", "customer"),
                warningFields(ConversionEvent.checkout("1").customer(jane)));
        assertEquals(
                List.of("clickId"), warningFields(ConversionEvent.checkout("1").customer(jane.phone("+15550109999"))));
        assertEquals(
                List.of(),
                warningFields(ConversionEvent.checkout("1")
                        .actionSource(ActionSource.OFFLINE)
                        .time(Instant.now().minusSeconds(7200))
                        .customer(jane.firstName("Jane").lastName("Doe").zip("10115"))));
    }

    @Test
    void acceptsAMobileAdvertisingIdAlone() {
        Customer.Builder device = Customer.builder().gaid("cdda802e-fb9c-47ad-9866-0794d394c912");
        assertEquals(
                List.of(),
                errorFields(ConversionEvent.appOpen("1", ActionSource.APP_ANDROID, AppInfo.unknown())
                        .customer(device)));
    }

    @Test
    void rejectsAnEventThatIsTooLarge() {
        ConversionEvent.Builder draft = order();
        for (int i = 0; i < 5_000; i++) {
            draft.item("sku-" + i + "-" + "x".repeat(40), 1, PRICE);
        }
        assertEquals(List.of("event"), errorFields(draft));
        assertEquals("", draft.build().json() + draft.build().browserTag());
    }

    @Test
    void listsErrorsBeforeWarnings() {
        ConversionEvent event = ConversionEvent.checkout("1")
                .customer(Customer.builder().country("Germany"))
                .value(new BigDecimal("-1"), "EUR")
                .build();
        assertEquals(
                List.of("customer", "value", "country", "clickId", "customer"),
                event.problems().stream().map(Problem::field).toList());
        assertEquals(event.problems().subList(0, 2), event.errors());
        assertEquals(event.problems().subList(2, 5), event.warnings());
    }

    // --- the page

    @ParameterizedTest
    @CsvSource({
        "https://shop.example/p?utm_content=jane@shop.example&epik=abc,https://shop.example/p?epik=abc",
        "https://shop.example/p?utm_term=jane%40shop.example,https://shop.example/p",
        "https://shop.example/unsubscribe/jane@shop.example?epik=abc,https://shop.example/?epik=abc",
        "https://jane:secret@shop.example/p,https://shop.example/p",
        "https://jane@shop.example,https://shop.example",
        "https://shop.example/a;jsessionid=5E6A/b?utm_x=1,https://shop.example/a/b?utm_x=1",
        "https://shop.example/?utm_source=a;token=SECRET&epik=abc,https://shop.example/?utm_source=a&epik=abc",
        "https://shop.example/u/jane%252540shop.example,https://shop.example/",
        "https://shop.example/u/jane\uff20shop.example,https://shop.example/"
    })
    void removesEmailAddressesAndSecretsFromThePageUrl(String url, String travels) {
        assertEquals(
                travels,
                Visit.of(Visit.Consent.GRANTED, "the shop").withPageUrl(url).pageUrl());
    }

    @Test
    void warnsOfInvalidValuesOfAVisit() {
        Visit visit = VISIT.withIp("192.0.2.7, 10.0.0.1").withClickId("a b").withPageUrl("/thank-you");
        ConversionEvent event = ConversionEvent.checkout("1")
                .visit(visit)
                .customer(Customer.builder().email("jane@shop.example").phone("+15550109999"))
                .build();
        assertEquals(
                List.of("clickId", "ip", "pageUrl"),
                event.warnings().stream().map(Problem::field).toList());
        assertEquals(
                Set.of(),
                visit.withIp("192.0.2.7").withClickId(null).withPageUrl(null).invalidFields());
    }
}
