// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Validates the values of one event that conforms to {@link EventSchema}, as the API does. Pure functions. Messages
 * name the field and the rule, never the value.
 */
final class EventValidator {
    static final Set<String> NAMES = Set.of(
            "add_payment_info",
            "add_to_cart",
            "add_to_wishlist",
            "app_install",
            "app_open",
            "checkout",
            "contact",
            "custom",
            "customize_product",
            "find_location",
            "initiate_checkout",
            "lead",
            "page_visit",
            "schedule",
            "search",
            "signup",
            "start_trial",
            "submit_application",
            "subscribe",
            "view_category",
            "view_content",
            "watch_video");

    private static final Set<String> SOURCES = Set.of("app_android", "app_ios", "web", "offline");

    private static final List<String> HASHED =
            List.of("em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country", "external_id", "hashed_maids");

    /** An event that arrives later than this after it happened counts as offline. */
    private static final Duration MAX_ONLINE_AGE = Duration.ofHours(1);

    private EventValidator() {}

    /** The result for one event: an empty {@code error} means that it is processed. */
    record Validation(String error, String warning) {}

    /** @param advertiserEvents the names that are allowed besides {@link #NAMES} */
    static Validation validate(Json.Obj event, Set<String> advertiserEvents, Instant now) {
        String error = error(event.fields(), advertiserEvents, now);
        return new Validation(error, error.isEmpty() ? warning(userData(event)) : "");
    }

    static boolean isOffline(Json.Obj event, Instant now) {
        return "offline".equals(event.fields().get("action_source"))
                || time(event.fields()).plus(MAX_ONLINE_AGE).isBefore(now);
    }

    private static String error(Map<String, Object> event, Set<String> advertiserEvents, Instant now) {
        String name = String.valueOf(event.get("event_name"));
        if (!NAMES.contains(name) && !advertiserEvents.contains(name)) {
            return "Invalid event_name";
        }
        if (!SOURCES.contains(String.valueOf(event.get("action_source")))) {
            return "Invalid action_source";
        }
        if (String.valueOf(event.get("event_id")).isBlank()) {
            return "event_id must not be empty";
        }
        // allows for a difference of one minute between the two clocks
        if (time(event).isAfter(now.plusSeconds(60))) {
            return "event_time must be in seconds, and not in the future";
        }
        String unhashed = unhashed(event);
        if (!unhashed.isEmpty()) {
            return "user_data." + unhashed + " must be lower-case hex of SHA-256";
        }
        return notDecimal(event);
    }

    private static String unhashed(Map<String, Object> event) {
        Map<String, Object> userData = object(event.get("user_data"));
        for (String key : HASHED) {
            if (userData.get(key) instanceof List<?> values
                    && !values.stream().allMatch(value -> value.toString().matches("[0-9a-f]{64}"))) {
                return key;
            }
        }
        return "";
    }

    private static String notDecimal(Map<String, Object> event) {
        Map<String, Object> customData = object(event.get("custom_data"));
        for (String key : List.of("value", "predicted_ltv")) {
            if (customData.get(key) instanceof String amount && !isDecimal(amount)) {
                return "custom_data." + key + " must be a decimal number";
            }
        }
        if (customData.get("contents") instanceof List<?> contents) {
            for (Object content : contents) {
                if (object(content).get("item_price") instanceof String price && !isDecimal(price)) {
                    return "custom_data.contents.item_price must be a decimal number";
                }
            }
        }
        return "";
    }

    private static boolean isDecimal(String text) {
        return text.matches("-?\\d+(\\.\\d+)?");
    }

    private static String warning(Map<String, Object> userData) {
        return userData.get("click_id") instanceof String id && !id.isEmpty()
                ? ""
                : "click_id is missing; sending it improves attribution";
    }

    private static Map<String, Object> userData(Json.Obj event) {
        return object(event.fields().get("user_data"));
    }

    private static Map<String, Object> object(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof Json.Obj object ? object.fields() : Map.of();
    }

    private static Instant time(Map<String, Object> event) {
        long seconds = event.get("event_time") instanceof Number number ? number.longValue() : 0;
        return Instant.ofEpochSecond(Math.max(0, Math.min(seconds, Instant.MAX.getEpochSecond() / 2)));
    }
}
