// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something that a plan file wants. Immutable.
 *
 * @param field where it stands in the file, such as {@code campaigns[1]}
 * @param id its id at Pinterest; empty if the file has none
 * @param name its name; empty text if the file has none, which is possible with an id
 * @param values the other fields that the file has, by their names in the file: text, {@code Boolean} or a list of
 *     text. Amounts, times and numbers are text in one canonical form
 */
record Wanted(
        PlanKind kind,
        int line,
        String field,
        Optional<String> id,
        String name,
        Map<String, Object> values,
        List<Wanted> children) {
    /** The value of {@code end} for something that is to have none. */
    static final String OPEN_ENDED = "open-ended";

    /** Returns a text value; empty text if the file has none. */
    String text(String field) {
        return values.get(field) instanceof String text ? text : "";
    }
}
