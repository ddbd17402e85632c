// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.event.Customer.MatchKey;
import dev.epik.capi.json.JsonText;
import java.time.Instant;
import java.util.List;

/** Writes the same bytes as {@link EventJson}, with the same {@code JsonText}, with the hashes of {@link PlainCustomer}. */
final class PlainEventJson {
    private PlainEventJson() {}

    static String write(Draft event, PlainCustomer customer, Instant time) {
        JsonText json = JsonText.begin();
        json.plain("event_name", event.name);
        json.plain("action_source", EventJson.wireName(event.actionSource));
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
        userData(json, customer, event.visit);
        EventJson.customData(json, event);
        EventJson.details(json, "app_info", event.app.details());
        EventJson.details(json, "device_info", event.device.details());
        return json.end();
    }

    private static void userData(JsonText json, PlainCustomer customer, Visit visit) {
        json.beginObject("user_data");
        for (MatchKey key : MatchKey.ALL) {
            List<String> hashes = customer.hashes(key);
            if (!hashes.isEmpty()) {
                json.beginArray(EventJson.wireName(key));
                for (String hash : hashes) {
                    json.element(hash);
                }
                json.endArray();
            }
        }
        if (visit.ip() != null) {
            json.plain("client_ip_address", visit.ip());
        }
        json.text("client_user_agent", visit.userAgent());
        if (visit.clickId() != null) {
            json.plain("click_id", visit.clickId());
        }
        json.endObject();
    }
}
