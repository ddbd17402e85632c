// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the values of a page event into a conversion event. Pure functions. */
final class PageEventValues {
    /** Checked here too, because code other than the filter may hand over values. */
    private static final Set<String> NAMES = Set.of("page_visit", "view_category", "search", "add_to_cart");

    private PageEventValues() {}

    /**
     * Returns the event; empty if its name is not one of a page event, or if the value is not a number.
     *
     * @param values as {@code epik-filter} documents them
     * @param visit the visit of the beacon's request; its page is replaced
     * @param withSearchText whether what the visitor searched for is part of the event
     */
    static Optional<ConversionEvent> toEvent(Map<String, String> values, Visit visit, boolean withSearchText) {
        String name = values.getOrDefault("event", "");
        if (!NAMES.contains(name)) {
            return Optional.empty();
        }
        try {
            ConversionEvent.Builder event = ConversionEvent.named(name, values.get("id"))
                    .visit(visit.withPageUrl(values.get("page")))
                    .value(amount(values.get("value")), values.get("currency"))
                    .contentCategory(values.get("category"));
            values.getOrDefault("item", "").lines().forEach(event::contentId);
            return Optional.of((withSearchText ? event.searchString(values.get("search")) : event).build());
        } catch (NumberFormatException ignored) {
            return Optional.empty(); // the value
        }
    }

    private static @Nullable BigDecimal amount(@Nullable String text) {
        return text == null ? null : new BigDecimal(text);
    }
}
