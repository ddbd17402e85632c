// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import dev.epik.capi.event.Customer.MatchKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the same bytes as {@link EventJson} with Jackson's generator instead of {@code JsonText}, for events without
 * app and device. Its buffers come from a pool that is not thread-local, as a library in a container needs it.
 */
final class GeneratorEventJson {
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();
    private static final int USUAL_BYTES = 2048;

    private GeneratorEventJson() {}

    /** Writes an event with the hashes of {@link Customer}. */
    static String write(Draft event, Instant time) {
        return write(event, time, json -> {
            for (MatchKey key : MatchKey.ALL) {
                byte[] digits = event.customer.hashes[key.place];
                if (digits.length > 0) {
                    json.writeArrayFieldStart(EventJson.wireName(key));
                    for (int at = 0; at < digits.length; at += RawValue.HEX_DIGITS) {
                        json.writeRawUTF8String(digits, at, RawValue.HEX_DIGITS);
                    }
                    json.writeEndArray();
                }
            }
        });
    }

    /** Writes an event with the hashes of {@link PlainCustomer}. */
    static String write(Draft event, PlainCustomer customer, Instant time) {
        return write(event, time, json -> {
            for (MatchKey key : MatchKey.ALL) {
                texts(json, EventJson.wireName(key), customer.hashes(key));
            }
        });
    }

    private static String write(Draft event, Instant time, Hashes hashes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("event_name", event.name);
            json.writeStringField("action_source", EventJson.wireName(event.actionSource));
            json.writeNumberField("event_time", time.getEpochSecond());
            optional(json, "event_id", event.id());
            optional(json, "event_source_url", event.visit.pageUrl());
            if (event.optOut) {
                json.writeBooleanField("opt_out", true);
            }
            optional(json, "partner_name", event.partnerName);
            if (event.language != null && Normal.isLanguage(event.language)) {
                json.writeStringField("language", event.language);
            }
            userData(json, event, hashes);
            customData(json, event);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // cannot happen: the bytes stay in memory
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static void userData(JsonGenerator json, Draft event, Hashes hashes) throws IOException {
        json.writeObjectFieldStart("user_data");
        hashes.write(json);
        optional(json, "client_ip_address", event.visit.ip());
        optional(json, "client_user_agent", event.visit.userAgent());
        optional(json, "click_id", event.visit.clickId());
        optional(json, "partner_id", event.customer.partnerId());
        json.writeEndObject();
    }

    /** Every sale has custom data. */
    private static void customData(JsonGenerator json, Draft event) throws IOException {
        json.writeObjectFieldStart("custom_data");
        optional(json, "currency", event.currency);
        amount(json, "value", MoneyRules.sent(event.value));
        amount(json, "predicted_ltv", MoneyRules.sent(event.predictedLtv));
        optional(json, "order_id", event.orderId);
        optional(json, "search_string", event.searchString);
        optional(json, "content_name", event.contentName);
        optional(json, "content_category", event.contentCategory);
        optional(json, "content_brand", event.contentBrand);
        if (event.limitedDataProcessing) {
            json.writeStringField("opt_out_type", "LDP");
        }
        optional(json, "external_measurement_id", event.measurementId);
        if (event.measurementId != null && event.measurementVendor != null) {
            json.writeNumberField("external_measurement_vendor_id", event.measurementVendor);
        }
        items(json, event);
        json.writeEndObject();
    }

    private static void items(JsonGenerator json, Draft event) throws IOException {
        List<Item> items = event.sentItems();
        texts(json, "content_ids", event.contentIds);
        if (event.contentIds.isEmpty() && !items.isEmpty()) {
            json.writeArrayFieldStart("content_ids");
            for (Item item : items) {
                json.writeString(item.id());
            }
            json.writeEndArray();
        }
        long pieces = 0;
        if (!items.isEmpty()) {
            json.writeArrayFieldStart("contents");
            for (Item item : items) {
                item(json, item);
                pieces += item.quantity();
            }
            json.writeEndArray();
        }
        if (event.numItems != null && event.numItems > 0) {
            json.writeNumberField("num_items", event.numItems);
        } else if (pieces > 0) {
            json.writeNumberField("num_items", pieces);
        }
    }

    private static void item(JsonGenerator json, Item item) throws IOException {
        json.writeStartObject();
        optional(json, "id", item.id());
        amount(json, "item_price", item.price());
        json.writeNumberField("quantity", item.quantity());
        optional(json, "item_name", item.name());
        optional(json, "item_category", item.category());
        optional(json, "item_brand", item.brand());
        json.writeEndObject();
    }

    private static void amount(JsonGenerator json, String name, @Nullable BigDecimal amount) throws IOException {
        if (amount != null) {
            json.writeStringField(name, amount.toPlainString());
        }
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

    /** Writes the hashes of a customer into {@code user_data}. */
    private interface Hashes {
        void write(JsonGenerator json) throws IOException;
    }
}
