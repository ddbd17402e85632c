// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli.raw;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

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

    private static final Set<String> OF_THE_USER = Set.of(
            "email",
            "phone",
            "first_name",
            "last_name",
            "gender",
            "birth_date",
            "city",
            "state",
            "zip",
            "country",
            "external_id",
            "maid",
            "click_id",
            "ip",
            "user_agent");

    private RawNames() {}

    static String of(String field) {
        if (OTHERWISE.containsKey(field)) {
            return OTHERWISE.get(field);
        }
        String name = field.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
        return OF_THE_USER.contains(name.replace("_sha256", "").replace("sha256", "")) ? "user." + name : name;
    }
}
