// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.shop;

import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Customer;
import dev.epik.capi.event.Visit;
import dev.epik.capi.servlet.ServletVisit;
import dev.epik.demo.Demo;
import dev.epik.demo.inspector.Journal;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;

/** Submits the shop's events, and records them for the inspector. This is the code that an application would copy. */
final class Reporting {
    private final Demo demo;

    Reporting(Demo demo) {
        this.demo = demo;
    }

    void checkout(Order order, CheckoutForm form, HttpServletRequest request) {
        Visit visit = ServletVisit.of(request);
        Customer customer = Customer.builder()
                .email(form.text("email"))
                .phone(form.text("phone"))
                .firstName(form.text("first_name"))
                .lastName(form.text("last_name"))
                .city(form.text("city"))
                .state(form.text("state"))
                .zip(form.text("zip"))
                .country(form.text("country"))
                .build();
        String tagCall = submit(
                ConversionEvent.checkout(order.number())
                        .value(order.total(), Product.CURRENCY)
                        .item(
                                order.product().sku(),
                                order.quantity(),
                                order.product().price())
                        .visit(visit)
                        .customer(customer)
                        .build(),
                visit,
                request);
        order.tagCall().set(tagCall);
    }

    /** Submits a page visit and returns the browser tag's call for the same event. */
    String pageVisit(Product product, HttpServletRequest request) {
        Visit visit = ServletVisit.of(request);
        return submit(
                ConversionEvent.pageVisit(UUID.randomUUID().toString())
                        .item(product.sku(), 1, product.price())
                        .visit(visit)
                        .build(),
                visit,
                request);
    }

    void addToCart(Product product, int quantity, HttpServletRequest request) {
        Visit visit = ServletVisit.of(request);
        submit(
                ConversionEvent.addToCart(UUID.randomUUID().toString())
                        .item(product.sku(), quantity, product.price())
                        .visit(visit)
                        .build(),
                visit,
                request);
    }

    /** Submits an event and returns the browser tag's call for it; empty if there was no consent at this moment. */
    private String submit(ConversionEvent event, Visit visit, HttpServletRequest request) {
        SubmitResult result = demo.epik().submit(event);
        demo.journal()
                .submitted(Journal.Submitted.of(
                        event,
                        result,
                        visit,
                        origin(visit, request),
                        demo.clock().instant()));
        return event.consent() == Visit.Consent.GRANTED ? event.browserTag() : "";
    }

    /** Returns the source of the click id, or the reason why there is none. */
    private static String origin(Visit visit, HttpServletRequest request) {
        if (visit.consent() != Visit.Consent.GRANTED) {
            return "not read: consent is " + visit.consent().name().toLowerCase(java.util.Locale.ROOT);
        }
        if (visit.clickId() == null) {
            return "missing: this browser has no _epik cookie, so no ad click landed here";
        }
        return request.getAttribute("dev.epik.clickId") == null
                ? "from the _epik cookie, set on the landing page"
                : "from the URL of this request";
    }
}
