// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code didomi_token} is JSON in base64: {@code {"purposes":{"enabled":[…],"disabled":[…]},"vendors":{…}}}. The
 * purpose {@code cookies} and those for advertising decide. If Didomi follows the IAB's framework, the token has only
 * the shop's own purposes, and the IAB's stand in {@code euconsent-v2}. Before an answer there are no purposes.
 */
record Didomi() implements ConsentPlatform {
    /** Didomi's own names, such as {@code create_ads_profile}, and those of shops, such as {@code marketing-4fRt}. */
    private static final Pattern ADVERTISING =
            Pattern.compile("(?:^|_)ads?(?:_|$)|marketing|advert|publicit", Pattern.CASE_INSENSITIVE);

    /** Special features, not purposes: a visitor may accept all purposes without them. */
    private static final Set<String> FEATURES = Set.of("geolocation_data", "device_characteristics");

    private static final Tcf TCF = new Tcf(Tcf.DEFAULT);

    @Override
    public String name() {
        return "Didomi advertising";
    }

    @Override
    public String cure() {
        return "consent=required, and load epik.consent.js, which asks Didomi itself";
    }

    @Override
    public @Nullable Answer answer(String cookies) {
        Answer token = Answer.strictest(CookiePairs.all(cookies, "didomi_token"), Didomi::read);
        Answer framework = token == null ? null : TCF.answer(cookies);
        return framework == null || token == Answer.DENIED ? token : framework;
    }

    private static Answer read(String value) {
        String json = decode(Escapes.decode(value));
        if (!json.startsWith("{")) {
            return Answer.UNREADABLE;
        }
        String purposes = JsonField.of(json, "purposes");
        String vendors = JsonField.of(json, "vendors");
        List<String> enabled = names(JsonField.of(purposes, "enabled"));
        List<String> disabled = names(JsonField.of(purposes, "disabled"));
        if (disabled.contains("cookies")
                || disabled.stream().anyMatch(Didomi::isAdvertising)
                || JsonField.of(vendors, "disabled").contains("pinterest")) {
            return Answer.DENIED;
        }
        if (enabled.contains("cookies") && enabled.stream().anyMatch(Didomi::isAdvertising)) {
            return Answer.GRANTED;
        }
        if (enabled.isEmpty() && !disabled.isEmpty()) {
            return Answer.DENIED;
        }
        return purposes.isEmpty() && vendors.isEmpty() ? Answer.OPEN : Answer.UNREADABLE;
    }

    private static boolean isAdvertising(String purpose) {
        return ADVERTISING.matcher(purpose).find();
    }

    private static List<String> names(String array) {
        String inner = array.replace("[", "").replace("]", "").replace("\"", "").replace(" ", "");
        return Arrays.stream(inner.split(","))
                .filter(name -> !name.isEmpty() && !FEATURES.contains(name))
                .toList();
    }

    private static String decode(String base64) {
        try {
            String standard = base64.replace('-', '+').replace('_', '/').replace("=", "");
            return new String(Base64.getDecoder().decode(standard), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException ignored) {
            return ""; // not base64, and so not readable
        }
    }
}
