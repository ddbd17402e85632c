// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code _iub_cs-ID} is escaped JSON: {@code {"purposes":{"1":true,"5":false},…}}. Purpose 5 is marketing. A banner
 * without purposes stores {@code "consent":true}. Before an answer there is only the site's id. In the United States
 * the answer stands in {@code _iub_cs-ID-uspr}: sale, sharing and targeted advertising.
 */
record Iubenda() implements ConsentPlatform {
    private static final Pattern NAME = Pattern.compile("_iub_cs-s?\\d+");
    private static final Pattern US_NAME = Pattern.compile("_iub_cs-s?\\d+-uspr");

    @Override
    public String name() {
        return "iubenda marketing";
    }

    @Override
    public String cure() {
        return "consent=cookie:NAME~TEXT with the name of iubenda's cookie and the text of a yes";
    }

    @Override
    public @Nullable Answer answer(String cookies) {
        Answer answer = null;
        Answer inUs = null;
        for (String pair : CookiePairs.beginningWith(cookies, "_iub_cs-")) {
            int equals = pair.indexOf('=');
            String name = pair.substring(0, Math.max(equals, 0));
            String json = Escapes.decode(pair.substring(equals + 1));
            if (NAME.matcher(name).matches()) {
                answer = Answer.stricter(answer, read(json));
            } else if (US_NAME.matcher(name).matches()) {
                inUs = Answer.stricter(inUs, readUs(json));
            }
        }
        return answer == Answer.OPEN && inUs != null ? inUs : Answer.stricter(answer, inUs);
    }

    private static Answer read(String json) {
        if (!json.startsWith("{")) {
            return Answer.UNREADABLE;
        }
        String purposes = JsonField.of(json, "purposes");
        String marketing = JsonField.of(purposes, "5");
        String all = purposes.isEmpty() ? JsonField.of(json, "consent") : marketing;
        return switch (all) {
            case "true" -> Answer.GRANTED;
            case "false" -> Answer.DENIED;
            default -> purposes.isEmpty() ? Answer.OPEN : withoutMarketing(purposes);
        };
    }

    /**
     * Returns the answer of a banner that does not ask for marketing. A visitor who refused the rest refused this too.
     */
    private static Answer withoutMarketing(String purposes) {
        boolean refusedAll = purposes.contains("false") && purposes.indexOf("true") == purposes.lastIndexOf("true");
        return refusedAll ? Answer.DENIED : Answer.UNREADABLE;
    }

    private static Answer readUs(String json) {
        if (!json.startsWith("{")) {
            return Answer.UNREADABLE;
        }
        return json.contains("false") ? Answer.DENIED : json.contains("true") ? Answer.GRANTED : Answer.OPEN;
    }
}
