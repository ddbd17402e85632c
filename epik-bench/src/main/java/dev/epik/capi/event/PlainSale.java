// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.bench.Sale;
import dev.epik.capi.event.data.EventDraft;
import dev.epik.capi.event.json.BrowserTag;
import dev.epik.capi.event.rules.EventRules;
import dev.epik.capi.fast.HashInput;
import dev.epik.capi.fast.JsonWriter;
import java.time.Instant;
import java.util.List;

/**
 * Writes the JSON of a sale with plain code in place of {@link JsonWriter}, of {@link HashInput}, or of both. The other
 * parts are the originals: the builder, the rules and what an event keeps. It is in this package because the draft of a
 * builder is not public.
 */
public final class PlainSale {
    /** The rules see this customer, who has the fields of every sale, if the hashes are in a {@link PlainCustomer}. */
    private static final Customer ANY_CUSTOMER = Sale.of(0).customer();

    private PlainSale() {}

    /** Writes with Jackson's generator instead of {@link JsonWriter}. */
    public static String withGenerator(Sale sale, Instant now) {
        EventDraft draft = sale.event(sale.customer()).draft;
        return kept(draft, now, GeneratorEventJson.write(draft, now));
    }

    /** Hashes strings of the JDK instead of {@link HashInput}. */
    public static String withStrings(Sale sale, Instant now) {
        PlainCustomer customer = PlainCustomer.of(sale);
        EventDraft draft = sale.event(ANY_CUSTOMER).draft;
        return kept(draft, now, PlainEventJson.write(draft, customer, now));
    }

    /** Hashes strings of the JDK and writes with Jackson's generator. */
    public static String withStringsAndGenerator(Sale sale, Instant now) {
        PlainCustomer customer = PlainCustomer.of(sale);
        EventDraft draft = sale.event(ANY_CUSTOMER).draft;
        return kept(draft, now, GeneratorEventJson.write(draft, customer, now));
    }

    /** Does what {@link ConversionEvent} does besides writing. */
    private static String kept(EventDraft draft, Instant time, String json) {
        ProblemList problems = new ProblemList();
        EventRules.check(draft, time, time, problems);
        EventRules.checkSize(json, problems);
        return new Kept(draft.id(), problems.sorted(), time, json, BrowserTag.of(draft)).json();
    }

    private record Kept(String id, List<Problem> problems, Instant happenedAt, String json, BrowserTag tag) {}
}
