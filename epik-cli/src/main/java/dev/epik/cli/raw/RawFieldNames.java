// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import java.util.Locale;
import java.util.Map;

/** Maps the library's field names to those of a raw event: {@code firstName} to {@code user.first_name}. */
final class RawFieldNames {
    private static final Map<String, String> SPECIAL_NAMES = Map.of(
            "name", "event_name",
            "id", "event_id",
            "time", "event_time",
            "customer", "user",
            "pageUrl", "event_source_url",
            "event", "",
            "idfa", "user.maid",
            "gaid", "user.maid");

    private RawFieldNames() {}

    static String of(String field) {
        if (SPECIAL_NAMES.containsKey(field)) {
            return SPECIAL_NAMES.get(field);
        }
        String name = field.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
        return RawEvent.USER_KEYS.contains(name) ? "user." + name : name;
    }
}
