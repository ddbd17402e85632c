// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One line of JSON as maps, lists, strings, decimals and booleans; what is null is not there. */
final class RawJson {
    /** An event is three deep. */
    private static final int DEEPEST = 10;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();

    private RawJson() {}

    /** Why a line is no event, in words that quote nothing of it. */
    static final class Broken extends Exception {
        private static final long serialVersionUID = 1L;

        Broken(String message) {
            super(message, null, false, false);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    static Map<String, Object> object(String line) throws Broken {
        if (line.isBlank()) {
            throw new Broken("the line is empty");
        }
        if (!line.stripLeading().startsWith("{")) {
            throw new Broken(
                    "is no JSON object: write one event a line, in braces; the name of a CSV file must end in .csv");
        }
        try (JsonParser json = JSON.createParser(line)) {
            json.nextToken();
            Map<String, Object> object = object(json);
            if (json.nextToken() != null) {
                throw new Broken("has text behind the object: write one event a line");
            }
            return object;
        } catch (StreamConstraintsException beyond) {
            throw new Broken("is nested deeper, or has a longer number, than any event");
        } catch (JsonEOFException cutShort) {
            throw new Broken("is cut short: an object, a list or a text is not closed");
        } catch (JacksonException broken) {
            boolean twice = String.valueOf(broken.getOriginalMessage()).startsWith("Duplicate field");
            String where = broken.getLocation() == null
                    ? ""
                    : " at column " + broken.getLocation().getColumnNr();
            throw new Broken(twice ? "has a key twice" + where : "is no JSON object: it breaks" + where);
        } catch (IOException ofAString) {
            throw new Broken("is no JSON object");
        }
    }

    private static Map<String, Object> object(JsonParser json) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            Object value = value(json);
            if (value != null) {
                object.put(name, value);
            }
        }
        return object;
    }

    private static @Nullable Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> list(json);
            case VALUE_STRING -> json.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(json);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    /** As it is written where it is beyond any decimal: whoever reads the field says so. */
    private static Object number(JsonParser json) throws IOException {
        try {
            return json.getDecimalValue();
        } catch (NumberFormatException beyond) {
            return json.getText();
        }
    }

    private static List<Object> list(JsonParser json) throws IOException {
        List<Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            Object value = value(json);
            if (value != null) {
                list.add(value);
            }
        }
        return list;
    }
}
