// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.json;

import dev.epik.capi.event.data.EventDraft;
import dev.epik.capi.event.data.EventDraft.Source;
import dev.epik.capi.event.data.LimitedFields;
import dev.epik.capi.event.data.LineItem;
import dev.epik.capi.event.data.MatchKey;
import dev.epik.capi.event.normalize.Amount;
import dev.epik.capi.event.normalize.NormalForm;
import dev.epik.capi.fast.HashInput;
import dev.epik.capi.fast.JsonWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes an event as {@code POST /v5/ad_accounts/{id}/events} expects it. Pinterest's names of its fields are only
 * here, in {@code AppInfo} and in {@code DeviceInfo}.
 *
 * <p>It writes only published keys, and none without a value: Pinterest refuses the whole request for an unknown key,
 * and a null has cost other clients the type of a field. It does not write {@code np}, which is reserved for Pinterest,
 * and the older flat keys of {@code app_info} and {@code device_info}.
 */
public final class EventJson {
    static final String USER_DATA = "user_data";

    private EventJson() {}

    /**
     * Returns the JSON of an event.
     *
     * @param time when the event happened
     */
    public static String write(EventDraft event, Instant time) {
        JsonWriter json = JsonWriter.begin();
        json.writeAscii("event_name", event.name);
        json.writeAscii("action_source", wireName(event.source));
        json.writeNumber("event_time", time.getEpochSecond());
        json.writeString("event_id", event.id());
        json.writeString("event_source_url", event.pageUrl);
        if (event.optOut) {
            json.writeTrue("opt_out");
        }
        json.writeString("partner_name", event.partnerName);
        if (event.language != null && NormalForm.isLanguage(event.language)) {
            json.writeAscii("language", event.language);
        }
        writeUserData(json, event);
        writeCustomData(json, event);
        writeFields(json, "app_info", event.app);
        writeFields(json, "device_info", event.device);
        return json.end();
    }

    private static void writeUserData(JsonWriter json, EventDraft event) {
        json.beginObject(USER_DATA);
        for (MatchKey key : MatchKey.ALL) {
            if (event.hashes.has(key)) {
                json.writeAsciiArray(wireName(key), event.hashes.digits(key), HashInput.HEX_DIGITS);
            }
        }
        if (event.ip != null) {
            json.writeAscii("client_ip_address", event.ip);
        }
        json.writeString("client_user_agent", event.userAgent);
        if (event.clickId != null) {
            json.writeAscii("click_id", event.clickId);
        }
        json.writeString("partner_id", event.partnerId);
        json.endObject();
    }

    /** Returns Pinterest's name of an action source. */
    public static String wireName(Source source) {
        return switch (source) {
            case WEB -> "web";
            case APP_ANDROID -> "app_android";
            case APP_IOS -> "app_ios";
            case OFFLINE -> "offline";
        };
    }

    /** Returns Pinterest's name of a match key. */
    public static String wireName(MatchKey key) {
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

    /** Writes {@code custom_data}, unless it is empty. */
    public static void writeCustomData(JsonWriter json, EventDraft event) {
        int begin = json.position();
        json.beginObject("custom_data");
        json.writeString("currency", event.currency);
        writeAmount(json, "value", Amount.sent(event.value));
        writeAmount(json, "predicted_ltv", Amount.sent(event.predictedLtv));
        json.writeString("order_id", event.orderId);
        json.writeString("search_string", event.searchString);
        json.writeString("content_name", event.contentName);
        json.writeString("content_category", event.contentCategory);
        json.writeString("content_brand", event.contentBrand);
        if (event.limitedDataProcessing) {
            json.writeAscii("opt_out_type", "LDP");
        }
        json.writeString("external_measurement_id", event.measurementId);
        if (event.measurementId != null && event.measurementVendor != null) {
            json.writeNumber("external_measurement_vendor_id", event.measurementVendor);
        }
        writeItems(json, event);
        json.endOptionalObject(begin);
    }

    /** Writes the content ids that were given, otherwise the ids of the items; likewise the number of pieces. */
    private static void writeItems(JsonWriter json, EventDraft event) {
        writeTexts(json, "content_ids", event.contentIds);
        List<LineItem> items = event.sentItems();
        if (event.contentIds.isEmpty() && !items.isEmpty()) {
            json.beginArray("content_ids");
            for (LineItem item : items) {
                json.writeElement(item.id());
            }
            json.endArray();
        }
        long pieces = 0;
        if (!items.isEmpty()) {
            json.beginArray("contents");
            for (LineItem item : items) {
                writeItem(json, item);
                pieces += item.quantity();
            }
            json.endArray();
        }
        if (event.numItems != null && event.numItems > 0) {
            json.writeNumber("num_items", event.numItems);
        } else if (pieces > 0) {
            json.writeNumber("num_items", pieces);
        }
    }

    private static void writeTexts(JsonWriter json, String name, Collection<?> texts) {
        if (texts.isEmpty()) {
            return;
        }
        json.beginArray(name);
        for (Object text : texts) {
            json.writeElement(text.toString());
        }
        json.endArray();
    }

    private static void writeItem(JsonWriter json, LineItem item) {
        json.beginObject();
        json.writeString("id", item.id());
        writeAmount(json, "item_price", item.price());
        json.writeNumber("quantity", item.quantity());
        json.writeString("item_name", item.name());
        json.writeString("item_category", item.category());
        json.writeString("item_brand", item.brand());
        json.writeString("item_brand_id", item.brandId());
        json.endObject();
    }

    private static void writeAmount(JsonWriter json, String name, @Nullable BigDecimal amount) {
        if (amount != null) {
            // toString() has no exponent for these, and the number keeps the text
            boolean isPlain = amount.scale() >= 0 && amount.scale() <= Amount.MAX_DECIMALS;
            json.writeAscii(name, isPlain ? amount.toString() : amount.toPlainString());
        }
    }

    /** Writes {@code app_info} or {@code device_info}, unless it is empty. */
    public static void writeFields(JsonWriter json, String name, LimitedFields fields) {
        if (fields.values().isEmpty()) {
            return;
        }
        json.beginObject(name);
        for (Map.Entry<String, Object> entry : fields.values().entrySet()) {
            if (entry.getValue() instanceof Long number) {
                json.writeNumber(entry.getKey(), number);
            } else if (entry.getValue() instanceof List<?> list) {
                writeTexts(json, entry.getKey(), list);
            } else {
                json.writeString(entry.getKey(), entry.getValue().toString());
            }
        }
        json.endObject();
    }
}
