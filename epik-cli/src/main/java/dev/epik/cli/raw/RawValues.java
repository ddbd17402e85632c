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
 * Reads the values of one raw object in their usual notations. An invalid value is left out with a warning; if
 * Pinterest would count the event wrongly without it, it is an error. Not thread-safe.
 */
final class RawValues {
    static final String LEFT_OUT = " Left out.";

    private static final int MAX_NUMBER_LENGTH = 100;

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,39}");

    /** The limit of a time in seconds; {@code Instant} has no larger values. */
    private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(1L << 50);

    private final String prefix;
    private final Map<?, ?> values;
    private final List<Problem> problems;

    RawValues(String prefix, Map<?, ?> values, List<Problem> problems) {
        this.prefix = prefix;
        this.values = values;
        this.problems = problems;
    }

    /** Returns a text, or a number as text; null if it is missing or invalid. */
    @Nullable
    String text(String name) {
        return text(name, Problem.Severity.WARNING);
    }

    /** Returns a text as {@link #text(String)} does; an invalid value is an error. */
    @Nullable
    String requiredText(String name) {
        return text(name, Problem.Severity.ERROR);
    }

    private @Nullable String text(String name, Problem.Severity kind) {
        Object value = values.get(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        if (value instanceof BigDecimal number
                && number.precision() + Math.abs((long) number.scale()) < MAX_NUMBER_LENGTH) {
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

    /** Returns an amount, written as a number or a text; an invalid one is an error. */
    @Nullable
    BigDecimal amount(String name) {
        return decimal(name, Problem.Severity.ERROR);
    }

    /** Returns an amount that may be left out: an invalid one is a warning. */
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
        if (number.length() <= MAX_NUMBER_LENGTH) {
            try {
                return new BigDecimal(number);
            } catch (NumberFormatException ignored) {
                // reported below
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
     * Returns a whole number, written as a number or a text.
     *
     * @param leftOut what is left out if it is invalid
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
            if (number.precision() - (long) number.scale() < MAX_NUMBER_LENGTH && number.scale() < MAX_NUMBER_LENGTH) {
                return number.longValueExact();
            }
        } catch (ArithmeticException | NumberFormatException ignored) {
            // a fraction, or not a number: reported below
        }
        add(Problem.Severity.WARNING, name, "must be a whole number", leftOut);
        return null;
    }

    private static String shortened(String text) {
        String number = text.strip();
        return number.length() > MAX_NUMBER_LENGTH ? "" : number;
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
        addError(name, "must be true or false");
        return null;
    }

    /** Returns a time, written as Unix seconds or ISO 8601 with a zone. */
    @Nullable
    Instant time(String name) {
        Object value = values.get(name);
        if (value instanceof String text && !text.strip().matches("|-?[0-9]+(\\.[0-9]*)?")) {
            try {
                return OffsetDateTime.parse(text.strip()).toInstant();
            } catch (DateTimeException e) {
                addError(
                        name,
                        "is invalid: write it like 2026-11-25T10:00:00+01:00 (ISO 8601 with a zone), or as Unix"
                                + " seconds");
                return null;
            }
        }
        BigDecimal seconds = decimal(name, Problem.Severity.ERROR);
        if (seconds == null) {
            return null;
        }
        if (seconds.abs().compareTo(MAX_SECONDS) > 0) {
            addError(name, "is after the year 2100: is it in milliseconds instead of seconds?");
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
                    addWarning(name + "[" + i + "]", "must be an object." + LEFT_OUT);
                }
            }
        } else {
            addWarning(name, "must be a list of objects." + LEFT_OUT);
        }
        return objects;
    }

    RawValues object(String name) {
        Object value = values.get(name);
        if (!isEmpty(name) && !(value instanceof Map)) {
            addError(name, "must be an object");
        }
        return new RawValues(prefix + name + ".", value instanceof Map<?, ?> object ? object : Map.of(), problems);
    }

    /** Returns whether there is no value, or a blank text. */
    boolean isEmpty(String name) {
        Object value = values.get(name);
        return value == null || (value instanceof String text && text.isBlank());
    }

    /** Adds a warning for each unknown key; otherwise a typing error would lose the field silently. */
    void warnOfUnknownKeys(Set<String> known) {
        for (Object key : values.keySet()) {
            String name = String.valueOf(key);
            if (!known.contains(name)) {
                // a key that does not look like a name may be a customer's data
                addWarning(
                        NAME.matcher(name).matches() ? name : "(a key)",
                        "is unknown; known keys: " + String.join(", ", known) + ". Left out.");
            }
        }
    }

    private void add(Problem.Severity kind, String name, String message, String leftOut) {
        problems.add(
                new Problem(kind, prefix + name, kind == Problem.Severity.WARNING ? message + "." + leftOut : message));
    }

    void addError(String name, String message) {
        problems.add(new Problem(Problem.Severity.ERROR, prefix + name, message));
    }

    void addWarning(String name, String message) {
        problems.add(new Problem(Problem.Severity.WARNING, prefix + name, message));
    }
}
