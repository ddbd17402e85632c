// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The fields to create or to change something. A change has only the fields that were set: all others stay as they are.
 * Immutable: every method returns a new one.
 *
 * @param <S> the type itself
 */
public abstract sealed class AdsSpec<S extends AdsSpec<S>> permits CampaignSpec, AdGroupSpec, AdSpec {
    static final String STATUS = "status";

    private final Map<String, @Nullable Object> wire;
    private final Set<String> currencies;

    AdsSpec(Map<String, @Nullable Object> wire, Set<String> currencies) {
        this.wire = Collections.unmodifiableMap(wire);
        this.currencies = Collections.unmodifiableSet(currencies);
    }

    abstract S copy(Map<String, @Nullable Object> wire, Set<String> currencies);

    /**
     * Makes it active, so that it may spend money. It needs a {@link SpendLimit} that allows it. Without this call,
     * what is created is paused, and what exists keeps its status.
     */
    public final S active() {
        return with(STATUS, EntityStatus.ACTIVE.name());
    }

    /** Pauses it. This never needs a limit. */
    public final S paused() {
        return with(STATUS, EntityStatus.PAUSED.name());
    }

    /**
     * Sets the name.
     *
     * @param name 1 to 255 characters
     */
    public final S name(String name) {
        return with("name", Objects.requireNonNull(name, "name"));
    }

    final S with(String field, @Nullable Object value) {
        Map<String, @Nullable Object> changed = new LinkedHashMap<>(wire);
        changed.put(field, value);
        return copy(changed, currencies);
    }

    final S withMoney(String field, Money amount) {
        Map<String, @Nullable Object> changed = new LinkedHashMap<>(wire);
        changed.put(field, amount.micros());
        Set<String> all = new TreeSet<>(currencies);
        all.add(amount.currency());
        return copy(changed, all);
    }

    final S withTime(String field, Instant time) {
        return with(field, time.getEpochSecond());
    }

    /** Returns the fields as Pinterest names them; unmodifiable. */
    public final Map<String, @Nullable Object> fields() {
        return wire;
    }

    /** Returns the currencies of all amounts that were set. */
    final Set<String> currencies() {
        return currencies;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof AdsSpec<?> spec && spec.getClass() == getClass() && spec.wire.equals(wire);
    }

    @Override
    public final int hashCode() {
        return wire.hashCode();
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + Json.write(wire);
    }
}
