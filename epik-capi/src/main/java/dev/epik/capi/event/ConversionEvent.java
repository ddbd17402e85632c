// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something a visitor did, finished and ready to be stored: personal data is hashed, the JSON is written.
 *
 * <p>Start with {@link #checkout}, {@link #addToCart} or {@link #pageVisit}. Report a checkout when its payment is
 * confirmed, not when the order is placed.
 *
 * <p>{@link Builder#build()} never throws at bad data: an event that Pinterest would refuse carries its
 * {@link #refusals()}, and {@code submit} answers with them. {@link #warnings()} only lower the chance of a match.
 *
 * <p>Immutable.
 */
public final class ConversionEvent {
    private final String name;
    private final String id;
    private final Visit.Consent consent;
    private final String consentReason;
    private final List<Problem> refusals;
    private final List<Problem> warnings;
    private final String json;

    private ConversionEvent(Builder draft, Instant builtAt) {
        this.name = draft.name;
        this.id = draft.id;
        this.consent = draft.visit.consent();
        this.consentReason = draft.visit.consentReason();
        Instant time = draft.time == null ? builtAt : draft.time;
        this.refusals = EventRules.refusals(draft, time, builtAt);
        this.warnings = EventRules.warnings(draft, time, builtAt);
        this.json = refusals.isEmpty() ? EventJson.write(draft, time) : "";
    }

    /**
     * A sale.
     *
     * @param orderNumber becomes the event id as well: the same order is one sale, however often it is reported, in the
     *     outbox and at Pinterest
     */
    public static Builder checkout(String orderNumber) {
        return new Builder("checkout", orderNumber).orderId(orderNumber);
    }

    /**
     * Something went into the basket.
     *
     * @param eventId the same as the browser tag's for the same step, and unique: Pinterest counts both as one
     */
    public static Builder addToCart(String eventId) {
        return new Builder("add_to_cart", eventId);
    }

    /**
     * A page was seen.
     *
     * @param eventId as for {@link #addToCart}
     */
    public static Builder pageVisit(String eventId) {
        return new Builder("page_visit", eventId);
    }

    /** As Pinterest spells it, such as {@code add_to_cart}. */
    public String name() {
        return name;
    }

    public String id() {
        return id;
    }

    public Visit.Consent consent() {
        return consent;
    }

    public String consentReason() {
        return consentReason;
    }

    /** Why this event cannot be sent; empty where it can. */
    public List<Problem> refusals() {
        return refusals;
    }

    public List<Problem> warnings() {
        return warnings;
    }

    /** Exactly what would be sent, IP address and click id in clear; empty where there are {@link #refusals()}. */
    public String json() {
        return json;
    }

    /** Name, id and what is known; no value of the customer's or the visit's. */
    @Override
    public String toString() {
        return "ConversionEvent[" + name + " " + id + ", refusals=" + refusals + ", warnings=" + warnings + "]";
    }

    /** Not for several threads. */
    public static final class Builder {
        final String name;
        final String id;
        final List<Item> items = new ArrayList<>();
        Visit visit = Visit.unknown();
        Customer customer = Customer.unknown();

        @Nullable
        Instant time;

        @Nullable
        String orderId;

        @Nullable
        BigDecimal value;

        @Nullable
        String currency;

        private Builder(String name, String id) {
            this.name = name;
            this.id = id;
        }

        /** Without one, or with null, the event says nothing of the visitor: no click id, no IP address. */
        public Builder visit(@Nullable Visit theVisit) {
            this.visit = theVisit == null ? Visit.unknown() : theVisit;
            return this;
        }

        /** Null is {@link Customer#unknown()}. */
        public Builder customer(@Nullable Customer theCustomer) {
            this.customer = theCustomer == null ? Customer.unknown() : theCustomer;
            return this;
        }

        /**
         * The total, ideally without tax and shipping.
         *
         * @param major in major units, as on the bill: 72.39, never micro-units, and never made from a {@code double}
         * @param isoCurrency ISO 4217, such as {@code EUR}
         */
        public Builder value(BigDecimal major, String isoCurrency) {
            this.value = major;
            this.currency = isoCurrency;
            return this;
        }

        public Builder item(String productId, int quantity, BigDecimal price) {
            return item(Item.of(productId, quantity, price));
        }

        /** Null is no item. */
        public Builder item(@Nullable Item item) {
            if (item != null) {
                items.add(item);
            }
            return this;
        }

        /** When it happened; by default, and for null, when {@link #build()} is called. Over an hour ago counts as offline. */
        public Builder time(@Nullable Instant when) {
            this.time = when;
            return this;
        }

        private Builder orderId(String orderNumber) {
            this.orderId = orderNumber;
            return this;
        }

        public ConversionEvent build() {
            return new ConversionEvent(this, Instant.now());
        }
    }
}
