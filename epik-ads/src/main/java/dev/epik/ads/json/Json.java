// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.epik.capi.json.JacksonFactory;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON as immutable values of the JDK: {@code Map}, {@code List}, {@code String}, {@code Long},
 * {@code BigDecimal}, {@code Boolean} and null. A number without decimals that fits is a {@code Long}. So a field that
 * this library does not know survives reading and writing.
 */
public final class Json {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_SCALE = 1000;
    private static final JsonFactory FACTORY = JacksonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Json() {}

    /**
     * Returns the value of a text.
     *
     * @throws IOException if the text is not exactly one JSON value. The message quotes nothing of it
     */
    public static @Nullable Object read(String text) throws IOException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new IOException("the text is empty");
            }
            Object value = value(parser, first);
            if (parser.nextToken() != null) {
                throw new IOException("there is text after the JSON");
            }
            return value;
        } catch (JacksonException e) {
            JsonLocation at = e.getLocation(); // null if a limit is exceeded, such as that of the depth
            throw new IOException(
                    at == null
                            ? "it is nested too deeply, or has a number that is too long"
                            : "it is not JSON, at line " + at.getLineNr() + ", column " + at.getColumnNr());
        }
    }

    private static @Nullable Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> object = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    object.put(name, value(parser, parser.nextToken()));
                }
                yield Collections.unmodifiableMap(object);
            }
            case START_ARRAY -> {
                List<@Nullable Object> array = new ArrayList<>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    array.add(value(parser, next));
                }
                yield Collections.unmodifiableList(array);
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> {
                BigInteger number = parser.getBigIntegerValue();
                yield number.bitLength() < Long.SIZE ? (Object) number.longValue() : new BigDecimal(number);
            }
            case VALUE_NUMBER_FLOAT -> {
                BigDecimal number = parser.getDecimalValue();
                if (Math.abs((long) number.scale()) > MAX_SCALE) { // rounding it would need all of its digits
                    throw new IOException("it has a number that is too large or too small");
                }
                yield number;
            }
            default -> null;
        };
    }

    /** Returns a value of the types above as JSON. */
    public static String write(@Nullable Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            write(json, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter throws none
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value instanceof Map<?, ?> object) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : object.entrySet()) {
                json.writeFieldName((String) entry.getKey());
                write(json, entry.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof Iterable<?> array) {
            json.writeStartArray();
            for (Object element : array) {
                write(json, element);
            }
            json.writeEndArray();
        } else if (value instanceof String text) {
            json.writeString(text);
        } else if (value instanceof Boolean bool) {
            json.writeBoolean(bool);
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Integer number) {
            json.writeNumber(number);
        } else if (value instanceof BigDecimal number) {
            json.writeNumber(number);
        } else if (value == null) {
            json.writeNull();
        } else {
            throw new IllegalArgumentException("No JSON for " + value.getClass());
        }
    }
}
