// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.event.Customer.MatchKey;
import dev.epik.capi.json.JsonText;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
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
    private EventJson() {}

    static String write(Draft event, Instant time) {
        JsonText json = JsonText.begin();
        json.plain("event_name", event.name);
        json.plain("action_source", wireName(event.actionSource));
        json.number("event_time", time.getEpochSecond());
        json.text("event_id", event.id());
        json.text("event_source_url", event.visit.pageUrl());
        if (event.optOut) {
            json.yes("opt_out");
        }
        json.text("partner_name", event.partnerName);
        if (event.language != null && Normal.isLanguage(event.language)) {
            json.plain("language", event.language);
        }
        userData(json, event.customer, event.visit);
        customData(json, event);
        details(json, "app_info", event.app.details());
        details(json, "device_info", event.device.details());
        return json.end();
    }

    private static void userData(JsonText json, Customer customer, Visit visit) {
        json.beginObject("user_data");
        for (MatchKey key : MatchKey.ALL) {
            customer.write(key, json, wireName(key));
        }
        if (visit.ip() != null) {
            json.plain("client_ip_address", visit.ip());
        }
        json.text("client_user_agent", visit.userAgent());
        if (visit.clickId() != null) {
            json.plain("click_id", visit.clickId());
        }
        json.text("partner_id", customer.partnerId());
        json.endObject();
    }

    static String wireName(ActionSource source) {
        return switch (source) {
            case WEB -> "web";
            case APP_ANDROID -> "app_android";
            case APP_IOS -> "app_ios";
            case OFFLINE -> "offline";
        };
    }

    static String wireName(MatchKey key) {
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

    static void customData(JsonText json, Draft event) {
        int begin = json.place();
        json.beginObject("custom_data");
        json.text("currency", event.currency);
        amount(json, "value", MoneyRules.sent(event.value));
        amount(json, "predicted_ltv", MoneyRules.sent(event.predictedLtv));
        json.text("order_id", event.orderId);
        json.text("search_string", event.searchString);
        json.text("content_name", event.contentName);
        json.text("content_category", event.contentCategory);
        json.text("content_brand", event.contentBrand);
        if (event.limitedDataProcessing) {
            json.plain("opt_out_type", "LDP");
        }
        json.text("external_measurement_id", event.measurementId);
        if (event.measurementId != null && event.measurementVendor != null) {
            json.number("external_measurement_vendor_id", event.measurementVendor);
        }
        items(json, event);
        json.endObjectOrNothing(begin);
    }

    /** The content ids that were given, else those of the items; and the pieces likewise. */
    private static void items(JsonText json, Draft event) {
        texts(json, "content_ids", event.contentIds);
        List<Item> items = event.sentItems();
        if (event.contentIds.isEmpty() && !items.isEmpty()) {
            json.beginArray("content_ids");
            for (Item item : items) {
                json.element(item.id());
            }
            json.endArray();
        }
        long pieces = 0;
        if (!items.isEmpty()) {
            json.beginArray("contents");
            for (Item item : items) {
                item(json, item);
                pieces += item.quantity();
            }
            json.endArray();
        }
        if (event.numItems != null && event.numItems > 0) {
            json.number("num_items", event.numItems);
        } else if (pieces > 0) {
            json.number("num_items", pieces);
        }
    }

    private static void texts(JsonText json, String name, Collection<?> texts) {
        if (texts.isEmpty()) {
            return;
        }
        json.beginArray(name);
        for (Object text : texts) {
            json.element(text.toString());
        }
        json.endArray();
    }

    private static void item(JsonText json, Item item) {
        json.beginObject();
        json.text("id", item.id());
        amount(json, "item_price", item.price());
        json.number("quantity", item.quantity());
        json.text("item_name", item.name());
        json.text("item_category", item.category());
        json.text("item_brand", item.brand());
        json.endObject();
    }

    private static void amount(JsonText json, String name, @Nullable BigDecimal amount) {
        if (amount != null) {
            // where no exponent can come the other text is the same, and kept by the number
            boolean isPlain = amount.scale() >= 0 && amount.scale() <= MoneyRules.MAX_DECIMALS;
            json.plain(name, isPlain ? amount.toString() : amount.toPlainString());
        }
    }

    static void details(JsonText json, String name, Details details) {
        if (details.values().isEmpty()) {
            return;
        }
        json.beginObject(name);
        for (Map.Entry<String, Object> entry : details.values().entrySet()) {
            if (entry.getValue() instanceof Long number) {
                json.number(entry.getKey(), number);
            } else if (entry.getValue() instanceof List<?> list) {
                texts(json, entry.getKey(), list);
            } else {
                json.text(entry.getKey(), entry.getValue().toString());
            }
        }
        json.endObject();
    }
}
