// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.rules;

import dev.epik.ads.json.Fields;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules and request bodies of ads, by Pinterest's OpenAPI 5.23 ({@code AdCreateRequest}, {@code AdUpdateRequest}).
 */
public final class AdRules {
    private static final int MAX_NAME = 255;
    private static final int MAX_URL = 2000;
    private static final List<String> FIXED = List.of("ad_group_id", "pin_id", "creative_type");

    private AdRules() {}

    /** Returns the body that creates an ad. It always has a status. */
    public static Map<String, @Nullable Object> createBody(Map<String, ? extends @Nullable Object> fields) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>(fields);
        body.putIfAbsent("status", "PAUSED");
        return body;
    }

    /** Returns the rules that a new ad breaks; empty if it breaks none. */
    public static List<Violation> ofCreate(Map<String, @Nullable Object> body) {
        List<Violation> violations = new ArrayList<>();
        Fields fields = new Fields(body);
        requireId(fields, "ad_group_id", "(AG)?[0-9]{1,18}", violations);
        requireId(fields, "pin_id", "[0-9]{1,25}", violations);
        if (!fields.has("creative_type")) {
            violations.add(Violation.of("creative_type", "is missing: a Pin with an image is REGULAR"));
        }
        check(fields, violations);
        return List.copyOf(violations);
    }

    /** Returns the rules that a change breaks; empty if it breaks none. */
    public static List<Violation> ofChange(Fields current, Map<String, @Nullable Object> body) {
        List<Violation> violations = new ArrayList<>();
        CommonRules.fixed(current, body, FIXED, violations);
        check(new Fields(body), violations);
        return List.copyOf(violations);
    }

    private static void check(Fields body, List<Violation> violations) {
        int nameLength = body.text("name").orElse("").length();
        if (nameLength > MAX_NAME) {
            violations.add(Violation.of("name", "has " + nameLength + " characters: at most 255 are possible"));
        }
        String url = body.text("destination_url").orElse(null);
        if (url != null && !isWebAddress(url)) {
            violations.add(Violation.of(
                    "destination_url",
                    "is not an address of a page: write it with https:// and at most 2,000 characters"));
        }
    }

    private static void requireId(Fields fields, String field, String pattern, List<Violation> violations) {
        if (!fields.text(field).orElse("").matches(pattern)) {
            violations.add(Violation.of(field, "is missing or not an id, which has digits only"));
        }
    }

    /** Returns whether a text is the address of a page, of at most 2,000 characters. */
    public static boolean isWebAddress(String url) {
        try {
            URI address = new URI(url);
            return url.length() <= MAX_URL
                    && address.getHost() != null
                    && ("https".equalsIgnoreCase(address.getScheme()) || "http".equalsIgnoreCase(address.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
