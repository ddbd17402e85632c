// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.event.data.EventDraft;
import dev.epik.capi.event.data.MatchKey;
import dev.epik.capi.event.json.EventJson;
import dev.epik.capi.event.normalize.NormalForm;
import dev.epik.capi.fast.JsonWriter;
import java.time.Instant;
import java.util.List;

/**
 * Writes the same bytes as {@link EventJson}, with the same {@code JsonWriter}, with the hashes of
 * {@link PlainCustomer}.
 */
final class PlainEventJson {
    private PlainEventJson() {}

    static String write(EventDraft event, PlainCustomer customer, Instant time) {
        JsonWriter json = JsonWriter.begin();
        json.writeAscii("event_name", event.name);
        json.writeAscii("action_source", EventJson.wireName(event.source));
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
        writeUserData(json, customer, event);
        EventJson.writeCustomData(json, event);
        EventJson.writeFields(json, "app_info", event.app);
        EventJson.writeFields(json, "device_info", event.device);
        return json.end();
    }

    private static void writeUserData(JsonWriter json, PlainCustomer customer, EventDraft event) {
        json.beginObject("user_data");
        for (MatchKey key : MatchKey.ALL) {
            List<String> hashes = customer.hashes(key);
            if (!hashes.isEmpty()) {
                json.beginArray(EventJson.wireName(key));
                for (String hash : hashes) {
                    json.writeElement(hash);
                }
                json.endArray();
            }
        }
        if (event.ip != null) {
            json.writeAscii("client_ip_address", event.ip);
        }
        json.writeString("client_user_agent", event.userAgent);
        if (event.clickId != null) {
            json.writeAscii("click_id", event.clickId);
        }
        json.endObject();
    }
}
