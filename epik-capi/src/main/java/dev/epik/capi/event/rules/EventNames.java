// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.rules;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The event names that Pinterest knows. Its API accepts any other name without an error and files the event as
 * "Unknown", so the sale would never be counted. Such a name is an error here, with a suggestion.
 */
public final class EventNames {
    /** Those of the API 5.28. The last seven are accepted and deduplicated, but not all of them are in reports yet. */
    public static final List<String> ALL = List.of(
            "add_payment_info",
            "add_to_cart",
            "add_to_wishlist",
            "app_install",
            "checkout",
            "custom",
            "initiate_checkout",
            "lead",
            "page_visit",
            "search",
            "signup",
            "subscribe",
            "view_category",
            "view_content",
            "watch_video",
            "app_open",
            "contact",
            "customize_product",
            "find_location",
            "schedule",
            "start_trial",
            "submit_application");

    /** The names of other networks and shops, reduced to letters in lower case. */
    private static final Map<String, String> SYNONYMS = Map.ofEntries(
            Map.entry("purchase", "checkout"),
            Map.entry("order", "checkout"),
            Map.entry("ordercompleted", "checkout"),
            Map.entry("placeanorder", "checkout"),
            Map.entry("completepayment", "checkout"),
            Map.entry("pageview", "page_visit"),
            Map.entry("visit", "page_visit"),
            Map.entry("addtobasket", "add_to_cart"),
            Map.entry("begincheckout", "initiate_checkout"),
            Map.entry("checkoutstarted", "initiate_checkout"),
            Map.entry("completeregistration", "signup"),
            Map.entry("register", "signup"),
            Map.entry("registration", "signup"),
            Map.entry("generatelead", "lead"),
            Map.entry("submitform", "lead"),
            Map.entry("viewitem", "view_content"),
            Map.entry("viewitemlist", "view_category"),
            Map.entry("install", "app_install"),
            Map.entry("wishlist", "add_to_wishlist"));

    /** The maximum number of wrong, missing or additional letters of a name that counts as misspelled. */
    private static final int MAX_TYPOS = 2;

    private static final int MAX_COMPARED_LENGTH = 40;

    private EventNames() {}

    /** Returns whether Pinterest knows the name. */
    public static boolean isKnown(String name) {
        return ALL.contains(name);
    }

    /** Returns the name as Pinterest's browser tag spells it, such as {@code addtocart}. */
    public static String inTag(String name) {
        return name.replace("_", "");
    }

    /**
     * Returns the message for an unknown name. It does not quote the name, which may be an email from a wrong column.
     */
    public static String cure(String wrong) {
        String letters = letters(wrong);
        String meant = SYNONYMS.containsKey(letters) ? SYNONYMS.get(letters) : nearest(letters);
        return meant == null
                ? "is not an event of Pinterest: use one of " + String.join(", ", ALL)
                : "is not an event of Pinterest: did you mean " + meant + "?";
    }

    /** Returns the ASCII letters of a name, in lower case. */
    private static String letters(String name) {
        StringBuilder letters = new StringBuilder(name.length());
        for (char c : name.toLowerCase(Locale.ROOT).toCharArray()) {
            if (c >= 'a' && c <= 'z') {
                letters.append(c);
            }
        }
        return letters.toString();
    }

    private static @Nullable String nearest(String letters) {
        String nearest = null;
        int fewest = MAX_TYPOS + 1;
        for (String name : letters.length() > MAX_COMPARED_LENGTH ? List.<String>of() : ALL) {
            int typos = EditDistance.between(letters, inTag(name));
            if (typos < fewest && typos < name.length() / 2) {
                nearest = name;
                fewest = typos;
            }
        }
        return nearest;
    }
}
