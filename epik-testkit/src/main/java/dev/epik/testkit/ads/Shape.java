// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The fields of a JSON object and their types. A field that is not listed is a violation, so that a misspelt one is
 * found.
 *
 * @param required the fields that must be present
 * @param fields the type of each field
 */
record Shape(Set<String> required, Map<String, FieldType> fields) {
    /** Returns a shape; names are separated by spaces. */
    @SafeVarargs
    static Shape of(String required, Map<String, FieldType>... groups) {
        Map<String, FieldType> fields = new LinkedHashMap<>();
        for (Map<String, FieldType> group : groups) {
            fields.putAll(group);
        }
        return new Shape(names(required), fields);
    }

    /** Returns these fields, all of one type; names are separated by spaces. */
    static Map<String, FieldType> each(FieldType type, String names) {
        Map<String, FieldType> fields = new LinkedHashMap<>();
        names(names).forEach(name -> fields.put(name, type));
        return fields;
    }

    /** Returns this shape with other required fields and more fields. */
    @SafeVarargs
    final Shape but(String nowRequired, Map<String, FieldType>... groups) {
        Map<String, FieldType> all = new LinkedHashMap<>(fields);
        for (Map<String, FieldType> group : groups) {
            all.putAll(group);
        }
        return new Shape(names(nowRequired), all);
    }

    Optional<String> violation(String path, Object value) {
        if (!(value instanceof Map<?, ?> object)) {
            return wrong(path, "must be an object");
        }
        for (String name : required) {
            if (!object.containsKey(name)) {
                return wrong(path, "'" + name + "' is a required property");
            }
        }
        for (Map.Entry<?, ?> entry : object.entrySet()) {
            FieldType type = fields.get((String) entry.getKey());
            if (type == null) {
                return wrong(path, "Additional properties are not allowed ('" + entry.getKey() + "' was unexpected)");
            }
            Optional<String> violation = type.violation(
                    path.isEmpty() ? "" + entry.getKey() : path + "." + entry.getKey(), entry.getValue());
            if (violation.isPresent()) {
                return violation;
            }
        }
        return Optional.empty();
    }

    static FieldType text(int min, int max) {
        return (path, value) -> {
            if (!(value instanceof String text)) {
                return wrong(path, "must be a string");
            }
            int length = text.codePointCount(0, text.length()); // as JSON Schema counts
            return check(length >= min && length <= max, path, "must have " + min + " to " + max + " characters");
        };
    }

    static FieldType matching(String pattern) {
        Predicate<String> matches = Pattern.compile(pattern).asMatchPredicate();
        return (path, value) ->
                check(value instanceof String text && matches.test(text), path, "must be a string like " + pattern);
    }

    /** Returns the type of one of these strings, separated by spaces. */
    static FieldType oneOf(String options) {
        Set<String> allowed = names(options);
        return (path, value) ->
                check(value instanceof String text && allowed.contains(text), path, "must be one of " + allowed);
    }

    static FieldType integer(long min, long max) {
        return (path, value) -> {
            if (!(value instanceof Integer || value instanceof Long)) {
                return wrong(path, "must be an integer");
            }
            long number = ((Number) value).longValue();
            return check(number >= min && number <= max, path, "must be from " + min + " to " + max);
        };
    }

    static FieldType number(double min, double max) {
        return (path, value) -> check(
                value instanceof Number number && number.doubleValue() >= min && number.doubleValue() <= max,
                path,
                "must be a number from " + min + " to " + max);
    }

    static FieldType flag() {
        return (path, value) -> check(value instanceof Boolean, path, "must be a boolean");
    }

    static FieldType object(Shape shape) {
        return shape::violation;
    }

    /** Returns the type of an object with any fields. */
    static FieldType anyObject() {
        return (path, value) -> check(value instanceof Map, path, "must be an object");
    }

    static FieldType list(FieldType entry, int min, int max) {
        return (path, value) -> {
            if (!(value instanceof List<?> list)) {
                return wrong(path, "must be a list");
            }
            if (list.size() < min || list.size() > max) {
                return wrong(path, "must have " + min + " to " + max + " entries");
            }
            for (int i = 0; i < list.size(); i++) {
                Optional<String> violation = entry.violation(path + "[" + i + "]", list.get(i));
                if (violation.isPresent()) {
                    return violation;
                }
            }
            return Optional.empty();
        };
    }

    static FieldType nullable(FieldType type) {
        return (path, value) -> value == JsonNull.NULL ? Optional.empty() : type.violation(path, value);
    }

    /** Returns the type of a value that either type allows. A violation is that of the first one. */
    static FieldType either(FieldType one, FieldType other) {
        return (path, value) -> other.violation(path, value).isEmpty() ? Optional.empty() : one.violation(path, value);
    }

    static Set<String> names(String separated) {
        return separated.isEmpty() ? Set.of() : new LinkedHashSet<>(List.of(separated.split(" ", -1)));
    }

    private static Optional<String> check(boolean valid, String path, String rule) {
        return valid ? Optional.empty() : wrong(path, rule);
    }

    private static Optional<String> wrong(String path, String rule) {
        return Optional.of((path.isEmpty() ? "" : path + ": ") + rule);
    }
}
