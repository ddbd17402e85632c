// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.epik.capi.event.Customer.MatchKey;
import dev.epik.capi.json.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The event as {@code POST /v5/ad_accounts/{id}/events} wants it, and with {@link AppInfo} and {@link DeviceInfo} the only place
 * with its names. Only published keys are written, and none without a value: an unknown key costs the whole request, a null has
 * cost others their type.
 *
 * <p>Not written: {@code np}, which is Pinterest's own, and the flat twins of {@code app_info} and {@code device_info} from before
 * those were there.
 */
final class EventJson {
    private static final JsonFactory JSON = Json.factory().build();

    private EventJson() {}

    static String write(Draft event, Instant time) {
        StringWriter text = new StringWriter(1024);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("event_name", event.name);
            json.writeStringField("action_source", event.actionSource.name().toLowerCase(Locale.ROOT));
            json.writeNumberField("event_time", time.getEpochSecond());
            json.writeStringField("event_id", event.id());
            optional(json, "event_source_url", event.visit.pageUrl());
            if (event.optOut) {
                json.writeBooleanField("opt_out", true);
            }
            optional(json, "partner_name", event.partnerName);
            if (event.language != null && Normal.isLanguage(event.language)) {
                json.writeStringField("language", event.language);
            }
            userData(json, event.customer, event.visit);
            customData(json, event);
            details(json, "app_info", event.app.details());
            details(json, "device_info", event.device.details());
            json.writeEndObject();
        } catch (IOException intoAString) {
            throw new UncheckedIOException(intoAString);
        }
        return text.toString();
    }

    private static void userData(JsonGenerator json, Customer customer, Visit visit) throws IOException {
        json.writeObjectFieldStart("user_data");
        for (MatchKey key : MatchKey.values()) {
            texts(json, wireName(key), customer.hashes(key));
        }
        optional(json, "client_ip_address", visit.ip());
        optional(json, "client_user_agent", visit.userAgent());
        optional(json, "click_id", visit.clickId());
        optional(json, "partner_id", customer.partnerId());
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
            case MAID -> "hashed_maids";
        };
    }

    private static void customData(JsonGenerator json, Draft event) throws IOException {
        Lazily custom = new Lazily(json, "custom_data");
        custom.text("currency", event.currency);
        custom.amount("value", event.value);
        custom.amount("predicted_ltv", event.predictedLtv);
        custom.text("order_id", event.orderId);
        custom.text("search_string", event.searchString);
        custom.text("content_name", event.contentName);
        custom.text("content_category", event.contentCategory);
        custom.text("content_brand", event.contentBrand);
        custom.text("opt_out_type", event.limitedDataProcessing ? "LDP" : null);
        custom.text("external_measurement_id", event.measurementId);
        if (event.measurementId != null) {
            custom.number("external_measurement_vendor_id", event.measurementVendor);
        }
        Collection<String> ids =
                event.contentIds.isEmpty() ? event.items.stream().map(Item::id).toList() : event.contentIds;
        custom.texts("content_ids", ids);
        custom.items("contents", event.items);
        Long pieces = event.numItems == null && !event.items.isEmpty()
                ? Long.valueOf(event.items.stream().mapToLong(Item::quantity).sum())
                : event.numItems;
        custom.number("num_items", pieces);
        custom.end();
    }

    private static void details(JsonGenerator json, String name, Details details) throws IOException {
        if (details.values().isEmpty()) {
            return;
        }
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Object> entry : details.values().entrySet()) {
            if (entry.getValue() instanceof Long number) {
                json.writeNumberField(entry.getKey(), number);
            } else if (entry.getValue() instanceof List<?> list) {
                texts(json, entry.getKey(), list.stream().map(String::valueOf).toList());
            } else {
                json.writeStringField(entry.getKey(), entry.getValue().toString());
            }
        }
        json.writeEndObject();
    }

    private static void item(JsonGenerator json, Item item) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", item.id());
        if (item.price() != null) {
            json.writeStringField("item_price", item.price().toPlainString());
        }
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

    private static void texts(JsonGenerator json, String name, Collection<String> texts) throws IOException {
        if (texts.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    /** An object that is not there where nothing is in it. */
    private static final class Lazily {
        private final JsonGenerator json;
        private final String name;
        private boolean begun;

        Lazily(JsonGenerator json, String name) {
            this.json = json;
            this.name = name;
        }

        void text(String field, @Nullable String value) throws IOException {
            if (value != null) {
                begin();
                json.writeStringField(field, value);
            }
        }

        void amount(String field, @Nullable BigDecimal value) throws IOException {
            text(field, value == null ? null : value.toPlainString());
        }

        void number(String field, @Nullable Long value) throws IOException {
            if (value != null) {
                begin();
                json.writeNumberField(field, value);
            }
        }

        void texts(String field, Collection<String> values) throws IOException {
            if (!values.isEmpty()) {
                begin();
                EventJson.texts(json, field, values);
            }
        }

        void items(String field, List<Item> items) throws IOException {
            if (!items.isEmpty()) {
                begin();
                json.writeArrayFieldStart(field);
                for (Item item : items) {
                    item(json, item);
                }
                json.writeEndArray();
            }
        }

        private void begin() throws IOException {
            if (!begun) {
                begun = true;
                json.writeObjectFieldStart(name);
            }
        }

        void end() throws IOException {
            if (begun) {
                json.writeEndObject();
            }
        }
    }
}
