// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.bench.Sale;
import java.time.Instant;
import java.util.List;

/**
 * A sale from raw data to JSON with plain code of the JDK or of Jackson in place of {@code JsonText}, of
 * {@link RawValue}, or of both. All else, the builder, the rules and what an event keeps, is the original. In this
 * package, since these are not public.
 */
public final class PlainSale {
    /** The rules see this customer, who has the fields of every sale, if the hashes are in a {@link PlainCustomer}. */
    private static final Customer ANY_CUSTOMER = Sale.of(0).customer();

    private PlainSale() {}

    /** Jackson's generator instead of {@code JsonText}. */
    public static String withGenerator(Sale sale, Instant now) {
        Draft draft = sale.event(sale.customer()).draft;
        return kept(draft, now, GeneratorEventJson.write(draft, now));
    }

    /** Strings of the JDK instead of {@link RawValue} and flat arrays. */
    public static String withStrings(Sale sale, Instant now) {
        PlainCustomer customer = PlainCustomer.of(sale);
        Draft draft = sale.event(ANY_CUSTOMER).draft;
        return kept(draft, now, PlainEventJson.write(draft, customer, now));
    }

    /** Both. */
    public static String withStringsAndGenerator(Sale sale, Instant now) {
        PlainCustomer customer = PlainCustomer.of(sale);
        Draft draft = sale.event(ANY_CUSTOMER).draft;
        return kept(draft, now, GeneratorEventJson.write(draft, customer, now));
    }

    /** What {@link ConversionEvent} does beside writing. */
    private static String kept(Draft draft, Instant time, String json) {
        List<Problem> problems = EventRules.withSize(EventRules.problems(draft, time, time), json);
        return new Kept(draft.id(), problems, time, json, BrowserTag.of(draft)).json();
    }

    private record Kept(String id, List<Problem> problems, Instant happenedAt, String json, BrowserTag tag) {}
}
