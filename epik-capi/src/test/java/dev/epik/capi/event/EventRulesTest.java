// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Texts, match keys and size, and the order of problems. {@code ConversionEventTest} checks the other rules. */
class EventRulesTest extends RulesTestBase {
    @Test
    void findsNoProblemInAValidOrder() {
        assertEquals(List.of(), order().value(PRICE, "EUR").build().problems());
    }

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
}
