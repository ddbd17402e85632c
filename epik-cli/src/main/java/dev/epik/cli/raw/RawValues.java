// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import dev.epik.capi.event.Problem;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes values out of one raw object, each in the forms that people write it in; what is of no such form becomes a problem. */
final class RawValues {
    private static final int LONGEST_NUMBER = 100;

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,39}");

    /** Beyond it {@code Instant} ends; every such number is a mistake. */
    private static final BigDecimal MOST_SECONDS = BigDecimal.valueOf(1L << 50);

    private final String prefix;
    private final Map<?, ?> values;
    private final List<Problem> problems;

    RawValues(String prefix, Map<?, ?> values, List<Problem> problems) {
        this.prefix = prefix;
        this.values = values;
        this.problems = problems;
    }

    /** A text; a number is taken as it is written. */
    @Nullable
    String text(String name) {
        Object value = values.get(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        if (value instanceof BigDecimal number
                && number.precision() + Math.abs((long) number.scale()) < LONGEST_NUMBER) {
            return number.toPlainString();
        }
        refuse(name, "must be a text");
        return null;
    }

    /** A text or a list of texts. */
    List<String> texts(String name) {
        Object value = values.get(name);
        if (!(value instanceof List<?> list)) {
            String single = text(name);
            return single == null ? List.of() : List.of(single);
        }
        List<String> texts = new ArrayList<>();
        for (Object each : list) {
            String text = new RawValues(prefix, Map.of(name, each), problems).text(name);
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    /** A decimal, as a number or a text. */
    @Nullable
    BigDecimal decimal(String name) {
        Object value = values.get(name);
        if (value instanceof BigDecimal number) {
            return number;
        }
        if (value != null && !(value instanceof String)) {
            refuse(name, "must be a decimal, such as 72.39");
            return null;
        }
        String text = text(name);
        if (text == null || text.isBlank()) {
            return null;
        }
        String number = text.strip();
        if (number.length() <= LONGEST_NUMBER) {
            try {
                return new BigDecimal(number);
            } catch (NumberFormatException noNumber) {
                // said below
            }
        }
        refuse(
                name,
                number.indexOf(',') >= 0
                        ? "has a comma: write decimals with a point and without thousands, such as 1072.39"
                        : "must be a decimal, such as 72.39");
        return null;
    }

    /** A whole number, as a number or a text. */
    @Nullable
    Long whole(String name) {
        BigDecimal number = decimal(name);
        if (number == null) {
            return null;
        }
        try {
            if (number.precision() - (long) number.scale() < LONGEST_NUMBER && number.scale() < LONGEST_NUMBER) {
                return number.longValueExact();
            }
        } catch (ArithmeticException fraction) {
            // said below
        }
        refuse(name, "must be a whole number");
        return null;
    }

    /** Null where it is not there. */
    @Nullable
    Boolean flag(String name) {
        Object value = values.get(name);
        if (value == null || value instanceof Boolean) {
            return (Boolean) value;
        }
        if (value instanceof String text && text.strip().matches("(?i)|true|false")) {
            return text.isBlank() ? null : Boolean.valueOf(text.strip());
        }
        refuse(name, "must be true or false");
        return null;
    }

    /** Unix seconds, or ISO 8601 with a zone. */
    @Nullable
    Instant time(String name) {
        Object value = values.get(name);
        if (value instanceof String text && !text.strip().matches("-?[0-9.]*")) {
            try {
                return OffsetDateTime.parse(text.strip()).toInstant();
            } catch (DateTimeException noTime) {
                refuse(name, "must be Unix seconds, or ISO 8601 with a zone, such as 2026-11-01T10:00:00Z");
                return null;
            }
        }
        BigDecimal seconds = decimal(name);
        if (seconds == null) {
            return null;
        }
        if (seconds.abs().compareTo(MOST_SECONDS) > 0) {
            refuse(name, "lies beyond the year 2100: were milliseconds or more taken for seconds?");
            return null;
        }
        return Instant.ofEpochSecond(seconds.longValue());
    }

    List<RawValues> objects(String name) {
        Object value = values.get(name);
        if (value == null) {
            return List.of();
        }
        List<RawValues> objects = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i) instanceof Map<?, ?> object) {
                    objects.add(new RawValues(prefix + name + "[" + i + "].", object, problems));
                } else {
                    refuse(name + "[" + i + "]", "must be an object");
                }
            }
        } else {
            refuse(name, "must be a list of objects");
        }
        return objects;
    }

    RawValues object(String name) {
        Object value = values.get(name);
        if (value != null && !(value instanceof Map)) {
            refuse(name, "must be an object");
        }
        return new RawValues(prefix + name + ".", value instanceof Map<?, ?> object ? object : Map.of(), problems);
    }

    /** Warns of names that nobody reads: a typing error would lose its field in silence. */
    void warnOfOthersThan(Set<String> known) {
        for (Object key : values.keySet()) {
            String name = String.valueOf(key);
            if (!known.contains(name)) {
                // what does not look like a name may be a value that slipped
                warn(
                        NAME.matcher(name).matches() ? name : "(a key)",
                        "is none of " + String.join(", ", known) + ". Left out.");
            }
        }
    }

    void refuse(String name, String message) {
        problems.add(new Problem(Problem.Kind.REFUSAL, prefix + name, message));
    }

    void warn(String name, String message) {
        problems.add(new Problem(Problem.Kind.WARNING, prefix + name, message));
    }
}
