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
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Pinterest's browser tag is told of an event, written when a page asks: the arguments of {@code pintrk}, with the tag's own names. */
record BrowserTag(
        String name,
        String id,
        @Nullable BigDecimal value,
        @Nullable String currency,
        @Nullable String orderId,
        @Nullable String searchString,
        List<Item> items) {
    private static final JsonFactory JSON = Json.factory()
            .characterEscapes(new ForAttributes())
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    static BrowserTag of(Draft event) {
        return new BrowserTag(
                event.name,
                event.id(),
                MoneyRules.sent(event.value),
                event.currency,
                event.orderId,
                event.searchString,
                List.copyOf(event.sentItems()));
    }

    String write() {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartArray();
            json.writeString("track");
            json.writeString(EventNames.inTag(name));
            json.writeStartObject();
            json.writeStringField("event_id", id);
            if (value != null) {
                json.writeNumberField("value", value);
                optional(json, "currency", currency);
            }
            optional(json, "order_id", orderId);
            optional(json, "search_query", searchString);
            items(json);
            json.writeEndObject();
            json.writeEndArray();
        } catch (IOException intoAString) {
            throw new UncheckedIOException(intoAString);
        }
        return text.toString();
    }

    private void items(JsonGenerator json) throws IOException {
        if (items.isEmpty()) {
            return;
        }
        json.writeNumberField(
                "order_quantity", items.stream().mapToLong(Item::quantity).sum());
        json.writeArrayFieldStart("line_items");
        for (Item item : items) {
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
