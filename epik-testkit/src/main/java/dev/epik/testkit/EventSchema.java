// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The schema of {@code POST /v5/ad_accounts/{id}/events}: every key with its JSON type, from Pinterest's OpenAPI
 * document 5.23.0. {@link #violation} validates a request against it.
 *
 * <p>It is written here, not read with a JSON Schema library, so that a published test jar brings no such dependency. A
 * test compares it with Pinterest's document in both directions.
 *
 * <p><b>How to read the tables.</b> A {@link Shape} describes one JSON object. {@code closed(required, groups…)} is an
 * object that allows only the keys listed: the first argument names the required keys, separated by spaces. Each group
 * {@code each(field, names)} gives one type to several keys, which are separated by spaces too. The types are:
 *
 * <ul>
 *   <li>{@code text(max)}: a string of at most {@code max} characters; {@code ANY}: of any length;
 *   <li>{@code oneOf(values)}: one of these strings;
 *   <li>{@code integer()}, {@code integer(min, max)}: a whole number;
 *   <li>{@code flag()}: true or false;
 *   <li>{@code list(max)}: a list of at most {@code max} strings;
 *   <li>{@code object(shape)}: an object;
 *   <li>{@code objects(shape, min, max)}: a list of {@code min} to {@code max} objects;
 *   <li>{@code nullable(field)}: the same type, or null.
 * </ul>
 */
final class EventSchema {
    private enum Kind {
        TEXT,
        INTEGER,
        FLAG,
        TEXTS,
        OBJECT,
        OBJECTS
    }

    /**
     * The type of a value.
     *
     * @param min of an integer's value or a list's length
     * @param max of a text's characters, an integer's value or a list's length
     * @param options the strings that are allowed; empty: any
     * @param shape of an object, or of each object in a list
     */
    private record Field(Kind kind, boolean nullable, long min, long max, Set<String> options, Shape shape) {}

    /**
     * The keys of an object.
     *
     * @param closed whether a key that is not listed makes the whole request invalid
     * @param needsMatchKey whether the object must have one of the keys that identify a person
     */
    private record Shape(boolean closed, boolean needsMatchKey, Set<String> required, Map<String, Field> fields) {}

    private static final Shape NO_SHAPE = new Shape(false, false, Set.of(), Map.of());
    private static final int ANY = Integer.MAX_VALUE;
    private static final long MAX_GIGABYTES = 1_048_576;
    private static final long MAX_PIXELS = 30_720;

    private static final Shape USER_DATA = new Shape(
            false,
            true,
            Set.of(),
            fields(
                    each(list(ANY), "em ph fn ln ge db ct st zp country external_id hashed_maids"),
                    each(text(ANY), "client_ip_address client_user_agent"),
                    each(nullable(text(ANY)), "click_id partner_id")));

    private static final Shape CONTENT = closed(
            "",
            each(text(ANY), "id item_price item_name item_category item_brand"),
            each(text(64), "item_brand_id"),
            each(integer(), "quantity"));

    private static final Shape CUSTOM_DATA = closed(
            "",
            each(nullable(text(ANY)), "currency value predicted_ltv order_id search_string opt_out_type np"),
            each(nullable(text(ANY)), "content_name content_category content_brand external_measurement_id"),
            each(nullable(integer()), "external_measurement_vendor_id"),
            each(integer(), "num_items"),
            each(list(ANY), "content_ids"),
            each(objects(CONTENT, 0, ANY), "contents"));

    private static final Shape APP_INFO = closed(
            "",
            each(text(200), "app_id app_name app_package_name"),
            each(text(100), "app_store app_version"),
            each(text(16_384), "user_agent"),
            each(integer(0, Long.MAX_VALUE), "install_time"),
            each(integer(0, MAX_PIXELS), "window_height window_width"));

    private static final Shape DEVICE_INFO = closed(
            "",
            each(text(100), "brand carrier model type kernel_version os_name os_release_name os_version"),
            each(text(35), "locale"),
            each(text(40), "timezone"),
            each(text(5), "timezone_abbr"),
            each(list(100), "languages"),
            each(integer(0, 100), "battery_level"),
            each(integer(0, 1_152), "cpu_cores"),
            each(integer(0, MAX_PIXELS), "screen_width screen_height"),
            each(integer(0, 100_000), "screen_density"),
            each(integer(0, MAX_GIGABYTES), "storage_size storage_free_space"),
            each(integer(0, MAX_GIGABYTES), "external_storage_size external_storage_free_space"),
            each(oneOf("desktop laptop cellphone tablet smartwatch tv vr console other"), "form_factor"),
            each(
                    oneOf("wifi cellular_2g cellular_3g cellular_4g cellular_5g cellular_6g ethernet unknown"),
                    "network_type"),
            each(oneOf("ios android macos windows linux bsd other"), "os_family"));

    private static final Shape EVENT = closed(
            "event_name action_source event_time event_id user_data",
            each(text(ANY), "event_name action_source event_id"),
            each(integer(), "event_time"),
            each(object(USER_DATA), "user_data"),
            each(object(CUSTOM_DATA), "custom_data"),
            each(object(APP_INFO), "app_info"),
            each(object(DEVICE_INFO), "device_info"),
            each(flag(), "opt_out wifi"),
            each(nullable(text(ANY)), "event_source_url partner_name language app_id app_name app_version"),
            each(nullable(text(ANY)), "device_brand device_carrier device_model device_type os_version"));

    private static final Shape REQUEST = closed("data", each(objects(EVENT, 1, 1000), "data"));

    private EventSchema() {}

    /** Returns the first violation in a request body: path and rule, never the value. Empty if the body is valid. */
    static Optional<String> violation(Object body) {
        return object("", body, REQUEST);
    }

    /** Returns every path of an event with its type, such as {@code custom_data.contents[].item_price: TEXT}. */
    static Set<String> paths() {
        Map<String, Field> found = new LinkedHashMap<>();
        collect("", EVENT, found);
        return found.keySet();
    }

    private static void collect(String prefix, Shape shape, Map<String, Field> found) {
        shape.fields.forEach((name, field) -> {
            found.put(prefix + name + ": " + field.kind + (shape.required.contains(name) ? ", required" : ""), field);
            collect(prefix + name + (field.kind == Kind.OBJECTS ? "[]." : "."), field.shape, found);
        });
    }

    private static Optional<String> object(String path, Object value, Shape shape) {
        if (!(value instanceof Json.Obj object)) {
            return wrong(path, "must be an object");
        }
        for (String required : shape.required) {
            if (!object.fields().containsKey(required)) {
                return wrong(path, "'" + required + "' is a required property");
            }
        }
        for (Map.Entry<String, Object> entry : object.fields().entrySet()) {
            Field field = shape.fields.get(entry.getKey());
            if (field == null && shape.closed) {
                return wrong(path, "Additional properties are not allowed ('" + entry.getKey() + "' was unexpected)");
            }
            Optional<String> wrong = field == null
                    ? Optional.empty()
                    : value(path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), field);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return shape.needsMatchKey ? matchKeys(path, object) : Optional.empty();
    }

    private static Optional<String> matchKeys(String path, Json.Obj userData) {
        Set<String> keys = userData.fields().keySet();
        boolean known = keys.contains("em")
                || keys.contains("hashed_maids")
                || keys.containsAll(Set.of("client_ip_address", "client_user_agent"));
        return known
                ? Optional.empty()
                : wrong(path, "needs em, or hashed_maids, or client_ip_address and client_user_agent");
    }

    private static Optional<String> value(String path, Object value, Field field) {
        if (value == Json.NULL) {
            return field.nullable ? Optional.empty() : wrong(path, "must not be null");
        }
        return switch (field.kind) {
            case TEXT -> text(path, value, field);
            case INTEGER -> integer(path, value, field);
            case FLAG -> value instanceof Boolean ? Optional.empty() : wrong(path, "must be a boolean");
            case TEXTS -> list(path, value, field, "must be a list of strings");
            case OBJECT -> object(path, value, field.shape);
            case OBJECTS -> list(path, value, field, "must be a list of objects");
        };
    }

    private static Optional<String> text(String path, Object value, Field field) {
        if (!(value instanceof String text)) {
            return wrong(path, "must be a string");
        }
        if (text.codePointCount(0, text.length()) > field.max) { // as JSON Schema counts
            return wrong(path, "must not have over " + field.max + " characters");
        }
        return field.options.isEmpty() || field.options.contains(text)
                ? Optional.empty()
                : wrong(path, "must be one of " + field.options);
    }

    private static Optional<String> integer(String path, Object value, Field field) {
        if (!(value instanceof Integer || value instanceof Long)) {
            return wrong(path, "must be an integer");
        }
        long number = ((Number) value).longValue();
        return number >= field.min && number <= field.max
                ? Optional.empty()
                : wrong(path, "must be from " + field.min + " to " + field.max);
    }

    private static Optional<String> list(String path, Object value, Field field, String rule) {
        if (!(value instanceof List<?> list)) {
            return wrong(path, rule);
        }
        if (list.size() < field.min || list.size() > field.max) {
            return wrong(path, "must have " + field.min + " to " + field.max + " entries");
        }
        for (int i = 0; i < list.size(); i++) {
            String entryPath = path + "[" + i + "]";
            Optional<String> wrong = field.kind == Kind.OBJECTS
                    ? object(entryPath, list.get(i), field.shape)
                    : text(entryPath, list.get(i), text(ANY));
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> wrong(String path, String rule) {
        return Optional.of((path.isEmpty() ? "" : path + ": ") + rule);
    }

    // --- the functions that the tables above are written with

    private static Field text(int max) {
        return new Field(Kind.TEXT, false, 0, max, Set.of(), NO_SHAPE);
    }

    private static Field oneOf(String options) {
        return new Field(Kind.TEXT, false, 0, ANY, names(options), NO_SHAPE);
    }

    private static Field integer() {
        return integer(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static Field integer(long min, long max) {
        return new Field(Kind.INTEGER, false, min, max, Set.of(), NO_SHAPE);
    }

    private static Field flag() {
        return new Field(Kind.FLAG, false, 0, 0, Set.of(), NO_SHAPE);
    }

    private static Field list(int max) {
        return new Field(Kind.TEXTS, false, 0, max, Set.of(), NO_SHAPE);
    }

    private static Field object(Shape shape) {
        return new Field(Kind.OBJECT, false, 0, 0, Set.of(), shape);
    }

    private static Field objects(Shape shape, int min, int max) {
        return new Field(Kind.OBJECTS, false, min, max, Set.of(), shape);
    }

    private static Field nullable(Field field) {
        return new Field(field.kind, true, field.min, field.max, field.options, field.shape);
    }

    @SafeVarargs
    private static Shape closed(String required, Map<String, Field>... groups) {
        return new Shape(true, false, names(required), fields(groups));
    }

    private static Map<String, Field> each(Field field, String names) {
        Map<String, Field> fields = new LinkedHashMap<>();
        names(names).forEach(name -> fields.put(name, field));
        return fields;
    }

    @SafeVarargs
    private static Map<String, Field> fields(Map<String, Field>... groups) {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (Map<String, Field> group : groups) {
            fields.putAll(group);
        }
        return fields;
    }

    private static Set<String> names(String separated) {
        return separated.isEmpty() ? Set.of() : new LinkedHashSet<>(List.of(separated.split(" ", -1)));
    }
}
