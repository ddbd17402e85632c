// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads fields of a JSON object leniently: a field of another type than expected counts as absent, and a number may be
 * a string, because Pinterest's versions differ.
 *
 * @param json the object; unmodifiable
 */
public record Fields(Map<String, ?> json) {
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    /** The fields of a value that is no object. */
    public static final Fields NONE = new Fields(Map.of());

    /** Returns the fields of an object; {@link #NONE} for any other value. */
    @SuppressWarnings("unchecked") // the keys of JSON objects are strings
    public static Fields of(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? new Fields((Map<String, ?>) map) : NONE;
    }

    /** Returns a string that is not empty. A number counts as its digits. */
    public Optional<String> text(String name) {
        Object value = json.get(name);
        return value instanceof String text && !text.isEmpty()
                ? Optional.of(text)
                : Optional.ofNullable(value instanceof Long number ? number.toString() : null);
    }

    /** Returns a whole number. A string of digits counts. */
    public OptionalLong number(String name) {
        Object value = json.get(name);
        if (value instanceof Long number) {
            return OptionalLong.of(number);
        }
        if (value instanceof BigDecimal number) { // such as 2.5E7
            return number.compareTo(MAX) <= 0
                            && number.compareTo(MAX.negate()) >= 0
                            && number.stripTrailingZeros().scale() <= 0
                    ? OptionalLong.of(number.longValueExact())
                    : OptionalLong.empty();
        }
        if (value instanceof String text && text.matches("-?[0-9]{1,18}")) {
            return OptionalLong.of(Long.parseLong(text));
        }
        return OptionalLong.empty();
    }

    /** Returns a number with or without decimals. A string counts. */
    public Optional<BigDecimal> decimal(String name) {
        Object value = json.get(name);
        if (value instanceof BigDecimal number) {
            return Optional.of(number);
        }
        if (value instanceof Long number) {
            return Optional.of(BigDecimal.valueOf(number));
        }
        return value instanceof String text && text.matches("-?[0-9]{1,18}(\\.[0-9]{1,18})?")
                ? Optional.of(new BigDecimal(text))
                : Optional.empty();
    }

    /** Returns whether a field is the boolean true. */
    public boolean isTrue(String name) {
        return Boolean.TRUE.equals(json.get(name));
    }

    /** Returns whether a field is the boolean false. */
    public boolean isFalse(String name) {
        return Boolean.FALSE.equals(json.get(name));
    }

    /** Returns whether a field has this text. The empty text stands for a field without one. */
    public boolean is(String name, String text) {
        return text(name).orElse("").equals(text);
    }

    /** Returns whether a field is there and not null. */
    public boolean has(String name) {
        return json.get(name) != null;
    }

    /** Returns the object in a field; {@link #NONE} if there is none. */
    public Fields object(String name) {
        return of(json.get(name));
    }

    /** Returns the strings and numbers of an array, or a single one; empty for anything else. */
    public List<String> texts(String name) {
        Object value = json.get(name);
        List<String> texts = new ArrayList<>();
        for (Object element : value instanceof List<?> list ? list : value == null ? List.of() : List.of(value)) {
            if (element instanceof String || element instanceof Long) {
                texts.add(element.toString());
            }
        }
        return List.copyOf(texts);
    }

    /** Returns the objects of an array, or a single one; empty for anything else. */
    public List<Fields> objects(String name) {
        Object value = json.get(name);
        List<Fields> objects = new ArrayList<>();
        for (Object element : value instanceof List<?> list ? list : value == null ? List.of() : List.of(value)) {
            if (element instanceof Map<?, ?>) {
                objects.add(of(element));
            }
        }
        return List.copyOf(objects);
    }
}
