// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.event;

import com.facebook.ads.sdk.serverside.ActionSource;
import com.facebook.ads.sdk.serverside.Content;
import com.facebook.ads.sdk.serverside.CustomData;
import com.facebook.ads.sdk.serverside.Event;
import com.facebook.ads.sdk.serverside.UserData;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.bench.Sale;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Builds the same sale with Meta's classes for its Conversions API. Their serialiser normalises and hashes. */
public final class MetaEvent {
    private MetaEvent() {}

    public static Event of(Sale sale) {
        return new Event()
                .eventName("Purchase")
                .eventTime(System.currentTimeMillis() / 1000)
                .eventId(sale.orderId())
                .eventSourceUrl(sale.pageUrl())
                .actionSource(ActionSource.website)
                .userData(new UserData()
                        .email(sale.email())
                        .phone(sale.phone())
                        .firstName(sale.firstName())
                        .lastName(sale.lastName())
                        .city(sale.city())
                        .state(sale.state())
                        .zipcode(sale.zip())
                        .countryCode(sale.country())
                        .clientIpAddress(sale.ip())
                        .clientUserAgent(sale.userAgent())
                        .fbc(sale.clickId()))
                .customData(new CustomData()
                        .value(sale.total().floatValue())
                        .currency(sale.currency())
                        .orderId(sale.orderId())
                        .contentIds(sale.productIds())
                        .numItems(Integer.toString(sale.pieces()))
                        .contents(contents(sale)));
    }

    private static List<Content> contents(Sale sale) {
        List<Content> contents = new ArrayList<>();
        for (Sale.Item item : sale.items()) {
            contents.add(new Content()
                    .productId(item.productId())
                    .title(item.name())
                    .category(item.category())
                    .quantity((long) item.quantity())
                    .itemPrice(item.price().floatValue()));
        }
        return contents;
    }

    /**
     * Checks that Meta's serialiser does the same work. Its names and some of its rules differ, so only the values that
     * both hash in the same way are compared.
     */
    static void check(ObjectMapper mapper, Sale sale, JsonNode ours, String meta) throws IOException {
        JsonNode user = mapper.readTree(meta).path("user_data");
        for (String key : List.of("em", "fn", "ln", "ct", "st", "country")) {
            JsonNode other = user.path(key).isArray() ? user.path(key).path(0) : user.path(key);
            if (!ours.path("user_data").path(key).path(0).equals(other)) {
                throw new IllegalStateException(
                        "metaSdk hashes " + key + " of " + sale.orderId() + " to another value");
            }
        }
        if (user.toString().split("[0-9a-f]{64}", -1).length != 9) {
            throw new IllegalStateException("metaSdk hashes not all 8 values: " + user);
        }
        JsonNode contents = mapper.readTree(meta).path("custom_data").path("contents");
        if (!meta.contains(sale.clickId()) || contents.size() != sale.items().size()) {
            throw new IllegalStateException("metaSdk omits data: " + meta);
        }
    }
}
