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

/**
 * Takes values out of one raw object, each in the forms that people write it in. A value of no such form is left out
 * with a warning, or refuses the event if Pinterest would count the event wrongly without it.
 */
final class RawValues {
    static final String LEFT_OUT = " Left out.";

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

    /** Returns a text; a number as it is written. */
    @Nullable
    String text(String name) {
        return text(name, Problem.Severity.WARNING);
    }

    /** Returns a text without which the event would be counted wrongly. */
    @Nullable
    String neededText(String name) {
        return text(name, Problem.Severity.ERROR);
    }

    private @Nullable String text(String name, Problem.Severity kind) {
        Object value = values.get(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        if (value instanceof BigDecimal number
                && number.precision() + Math.abs((long) number.scale()) < LONGEST_NUMBER) {
            return number.toPlainString();
        }
        add(kind, name, "must be a text", LEFT_OUT);
        return null;
    }

    /** Returns a text or a list of texts. */
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

    /** Returns an amount of the event, as a number or a text. */
    @Nullable
    BigDecimal amount(String name) {
        return decimal(name, Problem.Severity.ERROR);
    }

    /** Returns an amount that may be left out. */
    @Nullable
    BigDecimal price(String name) {
        return decimal(name, Problem.Severity.WARNING);
    }

    private @Nullable BigDecimal decimal(String name, Problem.Severity kind) {
        Object value = values.get(name);
        if (value instanceof BigDecimal number) {
            return number;
        }
        if (value != null && !(value instanceof String)) {
            add(kind, name, "must be a decimal, such as 72.39", LEFT_OUT);
            return null;
        }
        String text = (String) value;
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
        add(
                kind,
                name,
                number.indexOf(',') >= 0
                        ? "has a comma: write 1072.39 instead of 1.072,39 or 1,072.39"
                        : "must be a decimal, such as 72.39",
                LEFT_OUT);
        return null;
    }

    /**
     * Returns a whole number, as a number or a text.
     *
     * @param leftOut what is left out if it is none
     */
    @Nullable
    Long whole(String name, String leftOut) {
        Object value = values.get(name);
        if (value == null || isEmpty(name)) {
            return null;
        }
        try {
            BigDecimal number =
                    value instanceof BigDecimal decimal ? decimal : new BigDecimal(shortened(String.valueOf(value)));
            if (number.precision() - (long) number.scale() < LONGEST_NUMBER && number.scale() < LONGEST_NUMBER) {
                return number.longValueExact();
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // a fraction, or no number: reported below
        }
        add(Problem.Severity.WARNING, name, "must be a whole number", leftOut);
        return null;
    }

    private static String shortened(String text) {
        String number = text.strip();
        return number.length() > LONGEST_NUMBER ? "" : number;
    }

    /** Returns true or false; null if it is missing. */
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

    /** Returns a time, written as Unix seconds or ISO 8601 with a zone. */
    @Nullable
    Instant time(String name) {
        Object value = values.get(name);
        if (value instanceof String text && !text.strip().matches("|-?[0-9]+(\\.[0-9]*)?")) {
            try {
                return OffsetDateTime.parse(text.strip()).toInstant();
            } catch (DateTimeException noTime) {
                refuse(
                        name,
                        "is no time that can be read: write it like 2026-11-25T10:00:00+01:00 (ISO 8601 with a zone), or as"
                                + " Unix seconds");
                return null;
            }
        }
        BigDecimal seconds = decimal(name, Problem.Severity.ERROR);
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
        if (isEmpty(name)) {
            return List.of();
        }
        Object value = values.get(name);
        List<RawValues> objects = new ArrayList<>();
        if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i) instanceof Map<?, ?> object) {
                    objects.add(new RawValues(prefix + name + "[" + i + "].", object, problems));
                } else {
                    warn(name + "[" + i + "]", "must be an object." + LEFT_OUT);
                }
            }
        } else {
            warn(name, "must be a list of objects." + LEFT_OUT);
        }
        return objects;
    }

    RawValues object(String name) {
        Object value = values.get(name);
        if (!isEmpty(name) && !(value instanceof Map)) {
            refuse(name, "must be an object");
        }
        return new RawValues(prefix + name + ".", value instanceof Map<?, ?> object ? object : Map.of(), problems);
    }

    /** Returns whether there is no value, or a blank text. */
    boolean isEmpty(String name) {
        Object value = values.get(name);
        return value == null || (value instanceof String text && text.isBlank());
    }

    /** Warns of names that are not read: a typing error would lose its field in silence. */
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

    private void add(Problem.Severity kind, String name, String message, String leftOut) {
        problems.add(
                new Problem(kind, prefix + name, kind == Problem.Severity.WARNING ? message + "." + leftOut : message));
    }

    void refuse(String name, String message) {
        problems.add(new Problem(Problem.Severity.ERROR, prefix + name, message));
    }

    void warn(String name, String message) {
        problems.add(new Problem(Problem.Severity.WARNING, prefix + name, message));
    }
}
