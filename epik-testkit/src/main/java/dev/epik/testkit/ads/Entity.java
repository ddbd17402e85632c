// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fields of a campaign, an ad group or the like. Immutable. A field that is null is the same as a missing one. */
public record Entity(Map<String, Object> fields) {
    private static final Entity EMPTY = new Entity(Map.of());

    public Entity {
        Map<String, Object> copy = new LinkedHashMap<>(fields);
        copy.values().removeIf(value -> value == JsonNull.NULL);
        fields = Collections.unmodifiableMap(copy);
    }

    /** Returns the entity of a JSON object; an empty one for any other value. */
    static Entity of(Object json) {
        if (!(json instanceof Map<?, ?> object)) {
            return EMPTY;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        object.forEach((name, value) -> fields.put((String) name, value));
        return new Entity(fields);
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }

    /** Returns a string; empty if it is missing. */
    String text(String name) {
        return fields.get(name) instanceof String text ? text : "";
    }

    /** Returns a whole number; zero if it is missing. */
    long number(String name) {
        return fields.get(name) instanceof Number number ? number.longValue() : 0;
    }

    /** Returns a flag; false if it is missing. */
    boolean flag(String name) {
        return Boolean.TRUE.equals(fields.get(name));
    }

    /** Returns a list; empty if it is missing. */
    List<?> list(String name) {
        return fields.get(name) instanceof List<?> list ? list : List.of();
    }

    /** Returns an object; an empty one if it is missing. */
    Entity object(String name) {
        return of(fields.getOrDefault(name, JsonNull.NULL));
    }

    /** Returns this entity with these fields replaced; a null removes a field. */
    Entity with(Map<String, Object> changes) {
        Map<String, Object> merged = new LinkedHashMap<>(fields);
        merged.putAll(changes);
        return new Entity(merged);
    }

    Entity with(String name, Object value) {
        return with(Map.of(name, value));
    }

    /** Returns this entity with the fields that it lacks. */
    Entity withDefaults(Map<String, Object> defaults) {
        return new Entity(defaults).with(fields);
    }
}
