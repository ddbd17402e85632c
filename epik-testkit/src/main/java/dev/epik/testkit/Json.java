// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.epik.testkit.ads.JsonNull;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON parser. Values are {@link Obj}, {@code List}, {@code String}, {@code Number}, {@code Boolean} and
 * {@link #NULL}; objects keep their source text.
 */
final class Json {
    /** JSON's null, because the maps and lists of this tree may not contain Java's. */
    static final Object NULL = JsonNull.NULL;

    /** An object and its exact source text. */
    record Obj(Map<String, Object> fields, String text) {}

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final String source;
    private final JsonParser parser;

    private Json(String source, JsonParser parser) {
        this.source = source;
        this.parser = parser;
    }

    /** Parses a text; throws if it is not exactly one JSON value. */
    static Object parse(String text) throws IOException {
        try (JsonParser parser = JSON.createParser(text)) {
            Json json = new Json(text, parser);
            parser.nextToken();
            Object value = json.value();
            if (parser.nextToken() != null) {
                throw new IOException("text after the JSON value");
            }
            return value;
        }
    }

    static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    private Object value() throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new IOException("unexpected end");
        }
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> NULL;
        };
    }

    private Obj object() throws IOException {
        int from = (int) parser.currentTokenLocation().getCharOffset();
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, value());
        }
        int to = (int) parser.currentTokenLocation().getCharOffset() + 1;
        return new Obj(fields, source.substring(from, to));
    }

    private List<Object> array() throws IOException {
        List<Object> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(value());
        }
        return values;
    }
}
