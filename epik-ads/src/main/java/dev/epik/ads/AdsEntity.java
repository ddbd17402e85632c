// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Fields;
import dev.epik.ads.json.Json;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Something that was read from an ad account. Reading is lenient: fields and words that this version does not know stay
 * in {@link #json()}. Immutable.
 */
public abstract sealed class AdsEntity permits Campaign, AdGroup, Ad, Audience, CustomerList {
    private final Fields fields;
    private final String currency;

    AdsEntity(Fields fields, String currency) {
        this.fields = fields;
        this.currency = currency;
    }

    /** Returns the id; empty text if Pinterest sent none. */
    public String id() {
        return fields.text("id").orElse("");
    }

    /** Returns the name; empty text if there is none, as an ad may have. */
    public String name() {
        return fields.text("name").orElse("");
    }

    /** Returns the status that its owner set; {@code OTHER} for audiences and customer lists, which have a state. */
    public EntityStatus status() {
        return EntityStatus.of(fields.text("status"));
    }

    /** Returns its present state as Pinterest names it, such as {@code RUNNING}; empty if Pinterest sent none. */
    public Optional<String> summaryStatus() {
        return fields.text("summary_status");
    }

    /** Returns everything that Pinterest sent, as JSON. */
    public String json() {
        return Json.write(fields.json());
    }

    /** Returns the fields as Pinterest named them; unmodifiable. Numbers are {@code Long} or {@code BigDecimal}. */
    public Map<String, ?> fields() {
        return fields.json();
    }

    final Fields read() {
        return fields;
    }

    /** Returns an amount; empty if it is absent, null or 0, which Pinterest uses for "not set". */
    final Optional<Money> money(String field) {
        OptionalLong micros = fields.number(field);
        return micros.isPresent() && micros.getAsLong() > 0
                ? Optional.of(Money.ofMicros(micros.getAsLong(), currency))
                : Optional.empty();
    }

    final Optional<Instant> time(String field) {
        OptionalLong seconds = fields.number(field);
        return seconds.isPresent() && seconds.getAsLong() > 0 && seconds.getAsLong() <= Instant.MAX.getEpochSecond()
                ? Optional.of(Instant.ofEpochSecond(seconds.getAsLong()))
                : Optional.empty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AdsEntity entity
                && entity.getClass() == getClass()
                && entity.currency.equals(currency)
                && entity.fields.equals(fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + id() + ", \"" + name() + "\", " + status() + "]";
    }
}
