// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.epik.capi.event.data.EventDraft;
import dev.epik.capi.event.data.LineItem;
import dev.epik.capi.event.normalize.Amount;
import dev.epik.capi.event.rules.EventNames;
import dev.epik.capi.json.JacksonFactory;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event for Pinterest's browser tag. It keeps the values, and writes the arguments of {@code pintrk}, with the names
 * that the tag uses, when a page needs them. Immutable.
 */
public record BrowserTag(
        String tagName,
        String id,
        @Nullable BigDecimal value,
        @Nullable String currency,
        @Nullable String orderId,
        @Nullable String searchString,
        List<LineItem> items) {
    private static final JsonFactory JSON = JacksonFactory.builder()
            .characterEscapes(new AttributeEscapes())
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    /** Copies the values that the tag needs. */
    public static BrowserTag of(EventDraft event) {
        return new BrowserTag(
                event.advertiserDefined ? event.name : EventNames.inTag(event.name),
                event.id(),
                Amount.sent(event.value),
                event.currency,
                event.orderId,
                event.searchString,
                List.copyOf(event.sentItems()));
    }

    /** Returns the arguments as a JSON array that may stand in an HTML attribute. */
    public String write() {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartArray();
            json.writeString("track");
            json.writeString(tagName);
            json.writeStartObject();
            json.writeStringField("event_id", id);
            if (value != null) {
                json.writeNumberField("value", value);
                writeOptional(json, "currency", currency);
            }
            writeOptional(json, "order_id", orderId);
            writeOptional(json, "search_query", searchString);
            writeItems(json);
            json.writeEndObject();
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // cannot happen: the text stays in memory
        }
        return text.toString();
    }

    private void writeItems(JsonGenerator json) throws IOException {
        if (items.isEmpty()) {
            return;
        }
        json.writeNumberField(
                "order_quantity", items.stream().mapToLong(LineItem::quantity).sum());
        json.writeArrayFieldStart("line_items");
        for (LineItem item : items) {
            json.writeStartObject();
            json.writeStringField("product_id", item.id());
            writeOptional(json, "product_name", item.name());
            writeOptional(json, "product_category", item.category());
            writeOptional(json, "product_brand", item.brand());
            if (item.price() != null) {
                json.writeNumberField("product_price", item.price());
            }
            json.writeNumberField("product_quantity", item.quantity());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeOptional(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    /** Escapes the characters that could end an attribute or a script element. */
    private static final class AttributeEscapes extends CharacterEscapes {
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
            return new SerializedString(String.format("\\u%04x", c)); // never called: all are standard escapes
        }
    }
}
