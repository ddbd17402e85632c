// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names that Pinterest knows. The API files any other as "Unknown" without an error, so that a sale would be taken and never
 * counted: a name that is not here is refused, with the one that was probably meant.
 */
final class EventNames {
    /** Those of the API 5.28; the last seven are taken and deduplicated, and not all of them are in reports yet. */
    static final List<String> ALL = List.of(
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

    /** What other networks and shops call the same, in small letters alone. */
    private static final Map<String, String> ELSEWHERE = Map.ofEntries(
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

    /** So many letters wrong, left out or too many are a slip. */
    private static final int MOST_SLIPS = 2;

    private static final int LONGEST_COMPARED = 40;

    private EventNames() {}

    static boolean isKnown(String name) {
        return ALL.contains(name);
    }

    /** As Pinterest's browser tag spells it: {@code addtocart}. */
    static String inTag(String name) {
        return name.replace("_", "");
    }

    /** Without the name itself: whoever mixes up two columns has an email in it. */
    static String cure(String wrong) {
        String letters = letters(wrong);
        String meant = ELSEWHERE.containsKey(letters) ? ELSEWHERE.get(letters) : nearest(letters);
        return meant == null
                ? "is no event of Pinterest's: use one of " + String.join(", ", ALL)
                : "is no event of Pinterest's: did you mean " + meant + "?";
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
        int fewest = MOST_SLIPS + 1;
        for (String name : letters.length() > LONGEST_COMPARED ? List.<String>of() : ALL) {
            int slips = slips(letters, inTag(name));
            if (slips < fewest && slips < name.length() / 2) {
                nearest = name;
                fewest = slips;
            }
        }
        return nearest;
    }

    /** Levenshtein's distance. */
    private static int slips(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
