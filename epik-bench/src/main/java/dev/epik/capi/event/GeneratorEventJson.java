// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import dev.epik.capi.event.data.EventDraft;
import dev.epik.capi.event.data.LineItem;
import dev.epik.capi.event.data.MatchKey;
import dev.epik.capi.event.json.EventJson;
import dev.epik.capi.event.normalize.Amount;
import dev.epik.capi.event.normalize.NormalForm;
import dev.epik.capi.fast.HashInput;
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
 * Writes the same bytes as {@link EventJson} with Jackson's generator instead of {@code JsonWriter}, for events without
 * app and device. Its buffers come from a pool that is not thread-local, as a library in a container needs it.
 */
final class GeneratorEventJson {
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();
    private static final int INITIAL_BYTES = 2048;

    private GeneratorEventJson() {}

    /** Writes an event with the hashes of {@link Customer}. */
    static String write(EventDraft event, Instant time) {
        return write(event, time, json -> {
            for (MatchKey key : MatchKey.ALL) {
                byte[] digits = event.hashes.digits(key);
                if (digits.length > 0) {
                    json.writeArrayFieldStart(EventJson.wireName(key));
                    for (int at = 0; at < digits.length; at += HashInput.HEX_DIGITS) {
                        json.writeRawUTF8String(digits, at, HashInput.HEX_DIGITS);
                    }
                    json.writeEndArray();
                }
            }
        });
    }

    /** Writes an event with the hashes of {@link PlainCustomer}. */
    static String write(EventDraft event, PlainCustomer customer, Instant time) {
        return write(event, time, json -> {
            for (MatchKey key : MatchKey.ALL) {
                writeTexts(json, EventJson.wireName(key), customer.hashes(key));
            }
        });
    }

    private static String write(EventDraft event, Instant time, Hashes hashes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(INITIAL_BYTES);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("event_name", event.name);
            json.writeStringField("action_source", EventJson.wireName(event.source));
            json.writeNumberField("event_time", time.getEpochSecond());
            writeOptional(json, "event_id", event.id());
            writeOptional(json, "event_source_url", event.pageUrl);
            if (event.optOut) {
                json.writeBooleanField("opt_out", true);
            }
            writeOptional(json, "partner_name", event.partnerName);
            if (event.language != null && NormalForm.isLanguage(event.language)) {
                json.writeStringField("language", event.language);
            }
            writeUserData(json, event, hashes);
            writeCustomData(json, event);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // cannot happen: the bytes stay in memory
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static void writeUserData(JsonGenerator json, EventDraft event, Hashes hashes) throws IOException {
        json.writeObjectFieldStart("user_data");
        hashes.write(json);
        writeOptional(json, "client_ip_address", event.ip);
        writeOptional(json, "client_user_agent", event.userAgent);
        writeOptional(json, "click_id", event.clickId);
        writeOptional(json, "partner_id", event.partnerId);
        json.writeEndObject();
    }

    /** Writes {@code custom_data}, which every sale has. */
    private static void writeCustomData(JsonGenerator json, EventDraft event) throws IOException {
        json.writeObjectFieldStart("custom_data");
        writeOptional(json, "currency", event.currency);
        writeAmount(json, "value", Amount.sent(event.value));
        writeAmount(json, "predicted_ltv", Amount.sent(event.predictedLtv));
        writeOptional(json, "order_id", event.orderId);
        writeOptional(json, "search_string", event.searchString);
        writeOptional(json, "content_name", event.contentName);
        writeOptional(json, "content_category", event.contentCategory);
        writeOptional(json, "content_brand", event.contentBrand);
        if (event.limitedDataProcessing) {
            json.writeStringField("opt_out_type", "LDP");
        }
        writeOptional(json, "external_measurement_id", event.measurementId);
        if (event.measurementId != null && event.measurementVendor != null) {
            json.writeNumberField("external_measurement_vendor_id", event.measurementVendor);
        }
        writeItems(json, event);
        json.writeEndObject();
    }

    private static void writeItems(JsonGenerator json, EventDraft event) throws IOException {
        List<LineItem> items = event.sentItems();
        writeTexts(json, "content_ids", event.contentIds);
        if (event.contentIds.isEmpty() && !items.isEmpty()) {
            json.writeArrayFieldStart("content_ids");
            for (LineItem item : items) {
                json.writeString(item.id());
            }
            json.writeEndArray();
        }
        long pieces = 0;
        if (!items.isEmpty()) {
            json.writeArrayFieldStart("contents");
            for (LineItem item : items) {
                writeItem(json, item);
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

    private static void writeItem(JsonGenerator json, LineItem item) throws IOException {
        json.writeStartObject();
        writeOptional(json, "id", item.id());
        writeAmount(json, "item_price", item.price());
        json.writeNumberField("quantity", item.quantity());
        writeOptional(json, "item_name", item.name());
        writeOptional(json, "item_category", item.category());
        writeOptional(json, "item_brand", item.brand());
        writeOptional(json, "item_brand_id", item.brandId());
        json.writeEndObject();
    }

    private static void writeAmount(JsonGenerator json, String name, @Nullable BigDecimal amount) throws IOException {
        if (amount != null) {
            json.writeStringField(name, amount.toPlainString());
        }
    }

    private static void writeOptional(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null && !value.isEmpty()) {
            json.writeStringField(name, value);
        }
    }

    private static void writeTexts(JsonGenerator json, String name, Collection<String> texts) throws IOException {
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
