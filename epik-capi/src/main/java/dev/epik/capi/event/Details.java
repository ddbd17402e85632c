// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of {@code app_info} or {@code device_info} by Pinterest's names, each within its published limit. What lies outside
 * is left out and noted: Pinterest would refuse the whole request for it. Immutable.
 *
 * @param values a {@code String}, a {@code Long} or a {@code List} of strings each
 */
record Details(String prefix, Map<String, Object> values, List<Problem> problems) {
    static Details none(String prefix) {
        return new Details(prefix, Map.of(), List.of());
    }

    Details text(String name, String field, @Nullable String raw, int most) {
        String text = Text.clean(raw);
        if (text == null) {
            return this;
        }
        return text.codePointCount(0, text.length()) > most
                ? without(field, "has over " + most + " characters. Left out.")
                : with(name, text);
    }

    Details number(String name, String field, long number, long most) {
        return number < 0 || number > most
                ? without(field, "is not from 0 to " + most + ". Left out.")
                : with(name, number);
    }

    Details list(String name, List<String> list) {
        return with(name, List.copyOf(list));
    }

    Details without(String field, String why) {
        List<Problem> more = new ArrayList<>(problems);
        more.add(Problem.warning(prefix + field, why));
        return new Details(prefix, values, List.copyOf(more));
    }

    private Details with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new Details(prefix, more, problems);
    }
}
