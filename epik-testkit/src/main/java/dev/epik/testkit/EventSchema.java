// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code POST /v5/ad_accounts/{id}/events} takes: every key with its JSON type, as Pinterest's OpenAPI document 5.23.0
 * has it. A tree of tables; the reading of it is {@link #violation}.
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

    /** {@code most}: characters of a text, largest integer, length of a list. */
    private record Field(Kind kind, boolean nullable, long least, long most, Set<String> options, Shape shape) {}

    /**
     * {@code closed}: a key that is not listed makes the whole request invalid. {@code matchable}: the rule on who can be
     * matched applies.
     */
    private record Shape(boolean closed, boolean matchable, Set<String> required, Map<String, Field> fields) {}

    private static final Shape NO_SHAPE = new Shape(false, false, Set.of(), Map.of());
    private static final int ANY = Integer.MAX_VALUE;
    private static final long GIGABYTES = 1_048_576;
    private static final long PIXELS = 30_720;

    private static final Shape USER_DATA = new Shape(
            false,
            true,
            Set.of(),
            fields(
                    each(list(ANY), "em ph fn ln ge db ct st zp country external_id hashed_maids"),
                    each(text(ANY), "client_ip_address client_user_agent"),
                    each(nullable(text(ANY)), "click_id partner_id")));

    private static final Shape CONTENT = closed(
            "", each(text(ANY), "id item_price item_name item_category item_brand"), each(integer(), "quantity"));

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
            each(integer(0, PIXELS), "window_height window_width"));

    private static final Shape DEVICE_INFO = closed(
            "",
            each(text(100), "brand carrier model type kernel_version os_name os_release_name os_version"),
            each(text(35), "locale"),
            each(text(40), "timezone"),
            each(text(5), "timezone_abbr"),
            each(list(100), "languages"),
            each(integer(0, 100), "battery_level"),
            each(integer(0, 1_152), "cpu_cores"),
            each(integer(0, PIXELS), "screen_width screen_height"),
            each(integer(0, 100_000), "screen_density"),
            each(integer(0, GIGABYTES), "storage_size storage_free_space"),
            each(integer(0, GIGABYTES), "external_storage_size external_storage_free_space"),
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

    /** The first thing wrong with a request's body: the path and the rule, never the value. Empty where all is well. */
    static Optional<String> violation(Object body) {
        return object("", body, REQUEST);
    }

    /** Every path with its type, such as {@code custom_data.contents[].item_price: TEXT}; of one event. */
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
        return shape.matchable ? identity(path, object) : Optional.empty();
    }

    private static Optional<String> identity(String path, Json.Obj userData) {
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
        if (text.codePointCount(0, text.length()) > field.most) { // as JSON Schema counts
            return wrong(path, "must not have over " + field.most + " characters");
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
        return number >= field.least && number <= field.most
                ? Optional.empty()
                : wrong(path, "must be from " + field.least + " to " + field.most);
    }

    private static Optional<String> list(String path, Object value, Field field, String rule) {
        if (!(value instanceof List<?> list)) {
            return wrong(path, rule);
        }
        if (list.size() < field.least || list.size() > field.most) {
            return wrong(path, "must have " + field.least + " to " + field.most + " entries");
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

    // --- the words that the tables are written in; names stand in one string, apart by spaces

    private static Field text(int most) {
        return new Field(Kind.TEXT, false, 0, most, Set.of(), NO_SHAPE);
    }

    private static Field oneOf(String options) {
        return new Field(Kind.TEXT, false, 0, ANY, names(options), NO_SHAPE);
    }

    private static Field integer() {
        return integer(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static Field integer(long least, long most) {
        return new Field(Kind.INTEGER, false, least, most, Set.of(), NO_SHAPE);
    }

    private static Field flag() {
        return new Field(Kind.FLAG, false, 0, 0, Set.of(), NO_SHAPE);
    }

    private static Field list(int most) {
        return new Field(Kind.TEXTS, false, 0, most, Set.of(), NO_SHAPE);
    }

    private static Field object(Shape shape) {
        return new Field(Kind.OBJECT, false, 0, 0, Set.of(), shape);
    }

    private static Field objects(Shape shape, int least, int most) {
        return new Field(Kind.OBJECTS, false, least, most, Set.of(), shape);
    }

    private static Field nullable(Field field) {
        return new Field(field.kind, true, field.least, field.most, field.options, field.shape);
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

    private static Set<String> names(String apart) {
        return apart.isEmpty() ? Set.of() : new LinkedHashSet<>(List.of(apart.split(" ", -1)));
    }
}
