// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import java.util.Locale;
import java.util.Map;

/** What the library's field is called in a raw event: {@code firstName} is {@code user.first_name}. */
final class RawNames {
    private static final Map<String, String> OTHERWISE = Map.of(
            "name", "event_name",
            "id", "event_id",
            "time", "event_time",
            "customer", "user",
            "pageUrl", "event_source_url",
            "event", "",
            "idfa", "user.maid",
            "gaid", "user.maid");

    private RawNames() {}

    static String of(String field) {
        if (OTHERWISE.containsKey(field)) {
            return OTHERWISE.get(field);
        }
        String name = field.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
        return RawEvent.USER_KEYS.contains(name) ? "user." + name : name;
    }
}
