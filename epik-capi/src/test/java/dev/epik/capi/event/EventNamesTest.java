// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.event.rules.EventNames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The name of an event, and the cure for an unknown one. */
class EventNamesTest extends RulesTestBase {
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
}
