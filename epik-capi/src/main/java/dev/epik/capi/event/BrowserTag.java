// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.epik.capi.json.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The event as Pinterest's browser tag is told of it: the arguments of {@code pintrk}, with the tag's own names. */
final class BrowserTag {
    private static final JsonFactory JSON = Json.factory()
            .characterEscapes(new ForAttributes())
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private BrowserTag() {}

    static String write(Draft event) {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartArray();
            json.writeString("track");
            json.writeString(EventNames.inTag(event.name));
            json.writeStartObject();
            json.writeStringField("event_id", event.id());
            if (event.value != null) {
                json.writeNumberField("value", event.value);
                optional(json, "currency", event.currency);
            }
            optional(json, "order_id", event.orderId);
            optional(json, "search_query", event.searchString);
            items(json, event);
            json.writeEndObject();
            json.writeEndArray();
        } catch (IOException intoAString) {
            throw new UncheckedIOException(intoAString);
        }
        return text.toString();
    }

    private static void items(JsonGenerator json, Draft event) throws IOException {
        if (event.items.isEmpty()) {
            return;
        }
        json.writeNumberField(
                "order_quantity", event.items.stream().mapToLong(Item::quantity).sum());
        json.writeArrayFieldStart("line_items");
        for (Item item : event.items) {
            json.writeStartObject();
            json.writeStringField("product_id", item.id());
            optional(json, "product_name", item.name());
            optional(json, "product_category", item.category());
            optional(json, "product_brand", item.brand());
            if (item.price() != null) {
                json.writeNumberField("product_price", item.price());
            }
            json.writeNumberField("product_quantity", item.quantity());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void optional(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    /** What could end an attribute or a script element is written as an escape. */
    private static final class ForAttributes extends CharacterEscapes {
        private static final long serialVersionUID = 1L;

        private static final int[] ASCII = standardAsciiEscapesForJSON();

        static {
            for (char c : "<>&'".toCharArray()) {
                ASCII[c] = ESCAPE_STANDARD;
            }
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ASCII.clone();
        }

        @Override
        public SerializableString getEscapeSequence(int c) {
            return new SerializedString(String.format("\\u%04x", c)); // never asked for: all are standard
        }
    }
}
