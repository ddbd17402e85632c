// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The people who see the ads of an ad group. A field that is not set does not limit them. Immutable. */
public final class Targeting {
    private final Map<String, Object> fields;

    Targeting(Map<String, ?> fields) {
        this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** Returns a targeting by country, which every ad group needs. */
    public static Targeting locations(List<String> countries) {
        return new Targeting(Map.of()).with("LOCATION", countries);
    }

    /** Adds interests, by their ids. */
    public Targeting interests(List<String> ids) {
        return with("INTEREST", ids);
    }

    /** Shows the ads to these audiences only, by their ids. */
    public Targeting include(List<String> audienceIds) {
        return with("AUDIENCE_INCLUDE", audienceIds);
    }

    /** Does not show the ads to these audiences, by their ids. */
    public Targeting exclude(List<String> audienceIds) {
        return with("AUDIENCE_EXCLUDE", audienceIds);
    }

    /**
     * Shows the ads to people of these ages only.
     *
     * @param minimum 18 to 65
     * @param maximum 18 to 65, not below the minimum; 66 for all above
     */
    public Targeting ages(int minimum, int maximum) {
        if (minimum < 18 || minimum > 65 || maximum < minimum || maximum > 66) {
            throw new AdsException(
                    "The ages are 18 to 65, or 66 for everybody above, not " + minimum + " to " + maximum);
        }
        Map<String, Object> changed = new LinkedHashMap<>(fields);
        changed.put("MINIMUM_AGE", Integer.toString(minimum));
        changed.put("MAXIMUM_AGE", maximum == 66 ? "65+" : Integer.toString(maximum));
        return new Targeting(changed);
    }

    /** Adds another key of Pinterest's targeting, such as {@code GENDER} or {@code LOCALE}. */
    public Targeting with(String key, List<String> values) {
        Map<String, Object> changed = new LinkedHashMap<>(fields);
        if (values.isEmpty()) {
            changed.remove(key);
        } else {
            changed.put(key, List.copyOf(values));
        }
        return new Targeting(changed);
    }

    Map<String, Object> fields() {
        return fields;
    }

    @Override
    public String toString() {
        return "Targeting" + fields;
    }
}
