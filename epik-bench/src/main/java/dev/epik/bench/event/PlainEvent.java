// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.event;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.bench.Sale;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The same event as a shop would write it without a library: records for Jackson's object mapper, {@code getInstance}
 * and {@code String.format}.
 */
public record PlainEvent(
        @JsonProperty("event_name") String eventName,
        @JsonProperty("action_source") String actionSource,
        @JsonProperty("event_time") long eventTime,
        @JsonProperty("event_id") String eventId,
        @JsonProperty("event_source_url") String eventSourceUrl,
        @JsonProperty("user_data") User userData,
        @JsonProperty("custom_data") Custom customData) {

    record User(
            List<String> em,
            List<String> ph,
            List<String> fn,
            List<String> ln,
            List<String> ct,
            List<String> st,
            List<String> zp,
            List<String> country,
            @JsonProperty("client_ip_address") String ip,
            @JsonProperty("client_user_agent") String userAgent,
            @JsonProperty("click_id") String clickId) {}

    record Custom(
            String currency,
            String value,
            @JsonProperty("order_id") String orderId,
            @JsonProperty("content_ids") List<String> contentIds,
            List<Content> contents,
            @JsonProperty("num_items") long numItems) {}

    record Content(
            String id,
            @JsonProperty("item_price") String price,
            long quantity,
            @JsonProperty("item_name") String name,
            @JsonProperty("item_category") String category) {}

    /** The hashed fields of a sale. */
    record Hashes(
            String email,
            String phone,
            String firstName,
            String lastName,
            String city,
            String state,
            String zip,
            String country) {

        static Hashes of(Sale sale) {
            return new Hashes(
                    sha256(sale.email().strip().toLowerCase(Locale.ROOT)),
                    sha256(sale.phone().replaceAll("[^0-9]", "")),
                    sha256(sale.firstName().strip().toLowerCase(Locale.ROOT)),
                    sha256(sale.lastName().strip().toLowerCase(Locale.ROOT)),
                    sha256(sale.city().toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "")),
                    sha256(sale.state().toLowerCase(Locale.ROOT)),
                    sha256(sale.zip().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "")),
                    sha256(sale.country().toLowerCase(Locale.ROOT)));
        }

        private static String sha256(String normal) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(normal.getBytes(StandardCharsets.UTF_8));
                StringBuilder hex = new StringBuilder();
                for (byte b : digest) {
                    hex.append(String.format("%02x", b));
                }
                return hex.toString();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }

    public static String naive(ObjectMapper mapper, Sale sale) throws JsonProcessingException {
        return write(mapper, sale, Hashes.of(sale));
    }

    static String write(ObjectMapper mapper, Sale sale, Hashes hashes) throws JsonProcessingException {
        return mapper.writeValueAsString(new PlainEvent(
                "checkout",
                "web",
                System.currentTimeMillis() / 1000,
                sale.orderId(),
                sale.pageUrl().substring(0, sale.pageUrl().indexOf("&session=")),
                new User(
                        List.of(hashes.email),
                        List.of(hashes.phone),
                        List.of(hashes.firstName),
                        List.of(hashes.lastName),
                        List.of(hashes.city),
                        List.of(hashes.state),
                        List.of(hashes.zip),
                        List.of(hashes.country),
                        sale.ip(),
                        sale.userAgent(),
                        sale.clickId()),
                new Custom(
                        sale.currency(),
                        sale.total().toPlainString(),
                        sale.orderId(),
                        sale.productIds(),
                        contents(sale),
                        sale.pieces())));
    }

    private static List<Content> contents(Sale sale) {
        List<Content> contents = new ArrayList<>();
        for (Sale.Item item : sale.items()) {
            contents.add(new Content(
                    item.productId(), item.price().toPlainString(), item.quantity(), item.name(), item.category()));
        }
        return contents;
    }
}
