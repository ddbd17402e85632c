// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.data;

import dev.epik.capi.event.normalize.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of {@code app_info} or {@code device_info}, each within the limit that Pinterest publishes. A value beyond
 * its limit is left out with a warning, because Pinterest would refuse the whole request for it. Immutable.
 *
 * @param prefix precedes the field in a warning, such as {@code app.}
 * @param values by Pinterest's names, each a {@code String}, a {@code Long} or a {@code List} of strings
 */
public record LimitedFields(String prefix, Map<String, Object> values, List<FieldWarning> warnings) {
    /** Returns fields without values. */
    public static LimitedFields none(String prefix) {
        return new LimitedFields(prefix, Map.of(), List.of());
    }

    /** Sets a text. Null, blank and placeholders change nothing. */
    public LimitedFields withText(String name, String field, @Nullable String raw, int maxCharacters) {
        String text = Text.clean(raw);
        if (text == null) {
            return this;
        }
        return text.codePointCount(0, text.length()) > maxCharacters
                ? withWarning(field, "has over " + maxCharacters + " characters. Left out.")
                : with(name, text);
    }

    /** Sets a number from 0 to {@code max}. */
    public LimitedFields withNumber(String name, String field, long number, long max) {
        return number < 0 || number > max
                ? withWarning(field, "is not from 0 to " + max + ". Left out.")
                : with(name, number);
    }

    /** Sets a list of strings, which the caller has checked. */
    public LimitedFields withList(String name, List<String> list) {
        return with(name, List.copyOf(list));
    }

    /** Adds a warning. */
    public LimitedFields withWarning(String field, String message) {
        List<FieldWarning> more = new ArrayList<>(warnings);
        more.add(new FieldWarning(prefix + field, message));
        return new LimitedFields(prefix, values, List.copyOf(more));
    }

    private LimitedFields with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new LimitedFields(prefix, more, warnings);
    }
}
