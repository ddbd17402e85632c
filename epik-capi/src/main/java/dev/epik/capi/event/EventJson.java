// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.epik.capi.event.Customer.MatchKey;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The event as {@code POST /v5/ad_accounts/{id}/events} wants it, and the only file with its names. Only published keys
 * are written, and none without a value: an unknown key costs the whole request, a null has cost others their type.
 */
final class EventJson {
    private static final JsonFactory JSON = new JsonFactory();

    private EventJson() {}

    static String write(ConversionEvent.Builder event, Instant time) {
        StringWriter text = new StringWriter(1024);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("event_name", event.name);
            json.writeStringField("action_source", "web");
            json.writeNumberField("event_time", time.getEpochSecond());
            json.writeStringField("event_id", event.id);
            optional(json, "event_source_url", event.visit.pageUrl());
            userData(json, event.customer, event.visit);
            customData(json, event);
            json.writeEndObject();
        } catch (IOException intoAString) {
            throw new UncheckedIOException(intoAString);
        }
        return text.toString();
    }

    private static void userData(JsonGenerator json, Customer customer, Visit visit) throws IOException {
        json.writeObjectFieldStart("user_data");
        for (MatchKey key : MatchKey.values()) {
            List<String> hashes = customer.hashes(key);
            if (!hashes.isEmpty()) {
                json.writeArrayFieldStart(wireName(key));
                for (String hash : hashes) {
                    json.writeString(hash);
                }
                json.writeEndArray();
            }
        }
        optional(json, "client_ip_address", visit.ip());
        optional(json, "client_user_agent", visit.userAgent());
        optional(json, "click_id", visit.clickId());
        json.writeEndObject();
    }

    private static String wireName(MatchKey key) {
        return switch (key) {
            case EMAIL -> "em";
            case PHONE -> "ph";
            case FIRST_NAME -> "fn";
            case LAST_NAME -> "ln";
            case GENDER -> "ge";
            case BIRTH_DATE -> "db";
            case CITY -> "ct";
            case STATE -> "st";
            case ZIP -> "zp";
            case COUNTRY -> "country";
            case EXTERNAL_ID -> "external_id";
        };
    }

    private static void customData(JsonGenerator json, ConversionEvent.Builder event) throws IOException {
        if (event.value == null && event.orderId == null && event.items.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart("custom_data");
        if (event.value != null) {
            optional(json, "currency", event.currency);
            json.writeStringField("value", event.value.toPlainString());
        }
        optional(json, "order_id", event.orderId);
        if (!event.items.isEmpty()) {
            json.writeArrayFieldStart("content_ids");
            for (Item item : event.items) {
                json.writeString(item.id());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("contents");
            for (Item item : event.items) {
                item(json, item);
            }
            json.writeEndArray();
            json.writeNumberField(
                    "num_items", event.items.stream().mapToLong(Item::quantity).sum());
        }
        json.writeEndObject();
    }

    private static void item(JsonGenerator json, Item item) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", item.id());
        json.writeStringField("item_price", item.price().toPlainString());
        json.writeNumberField("quantity", item.quantity());
        optional(json, "item_name", item.name());
        optional(json, "item_category", item.category());
        optional(json, "item_brand", item.brand());
        json.writeEndObject();
    }

    private static void optional(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null && !value.isEmpty()) {
            json.writeStringField(name, value);
        }
    }
}
