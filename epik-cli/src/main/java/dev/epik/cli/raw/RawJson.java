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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Parses JSON to maps, lists, strings, decimals and booleans. Nulls are left out. */
public final class RawJson {
    /** The maximum nesting depth; an event has a depth of three. */
    private static final int MAX_DEPTH = 10;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private RawJson() {}

    /** Thrown if a line is not a JSON object. The message quotes nothing of the line. */
    static final class InvalidJsonException extends Exception {
        private static final long serialVersionUID = 1L;

        InvalidJsonException(String message) {
            super(message, null, false, false);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    /** Returns the value of a JSON text, or empty if it is not exactly one value. */
    public static Optional<Object> read(String text) {
        try (JsonParser json = JSON.createParser(text)) {
            Object value = json.nextToken() == null ? null : value(json);
            return json.nextToken() == null ? Optional.ofNullable(value) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Map<String, Object> object(String line) throws InvalidJsonException {
        if (line.isBlank()) {
            throw new InvalidJsonException("the line is empty");
        }
        if (!line.stripLeading().startsWith("{")) {
            throw new InvalidJsonException(
                    "is not a JSON object: write one event per line, in braces; the name of a CSV file must end in .csv");
        }
        try (JsonParser json = JSON.createParser(line)) {
            json.nextToken();
            Map<String, Object> object = object(json);
            if (json.nextToken() != null) {
                throw new InvalidJsonException("has text after the object: write one event per line");
            }
            return object;
        } catch (StreamConstraintsException e) {
            throw new InvalidJsonException("is nested too deeply, or has a number that is too long");
        } catch (JsonEOFException e) {
            throw new InvalidJsonException("is incomplete: an object, a list or a text is not closed");
        } catch (JacksonException e) {
            boolean twice = String.valueOf(e.getOriginalMessage()).startsWith("Duplicate field");
            String where = e.getLocation() == null
                    ? ""
                    : " at column " + e.getLocation().getColumnNr();
            throw new InvalidJsonException(twice ? "has a duplicate key" + where : "is not valid JSON" + where);
        } catch (IOException e) {
            throw new InvalidJsonException("is not valid JSON");
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

    /** Returns a decimal; or the text if the number is too large, so that the field's rule reports it. */
    private static Object number(JsonParser json) throws IOException {
        try {
            return json.getDecimalValue();
        } catch (NumberFormatException ignored) { // too large for a decimal
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
