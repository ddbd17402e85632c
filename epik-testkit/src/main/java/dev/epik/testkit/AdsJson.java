// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Converts between JSON text and the values of the package {@code ads}. */
final class AdsJson {
    private AdsJson() {}

    static Object read(String text) throws IOException {
        return plain(Json.parse(text));
    }

    private static Object plain(Object value) {
        if (value instanceof Json.Obj object) {
            Map<String, Object> fields = new LinkedHashMap<>();
            object.fields().forEach((name, field) -> fields.put(name, plain(field)));
            return fields;
        }
        if (value instanceof List<?> list) {
            List<Object> values = new ArrayList<>();
            list.forEach(entry -> values.add(plain(entry)));
            return values;
        }
        return value;
    }

    static String write(Object value) {
        StringBuilder json = new StringBuilder();
        append(json, value);
        return json.toString();
    }

    private static void append(StringBuilder json, Object value) {
        if (value instanceof Map<?, ?> object) {
            String separator = "{";
            for (Map.Entry<?, ?> field : object.entrySet()) {
                json.append(separator)
                        .append(Json.quoted((String) field.getKey()))
                        .append(':');
                append(json, field.getValue());
                separator = ",";
            }
            json.append(object.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> list) {
            String separator = "[";
            for (Object entry : list) {
                json.append(separator);
                append(json, entry);
                separator = ",";
            }
            json.append(list.isEmpty() ? "[]" : "]");
        } else {
            json.append(value instanceof String text ? Json.quoted(text) : value.toString());
        }
    }
}
