// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

import org.jspecify.annotations.Nullable;

/**
 * {@code CookieScriptConsent} is JSON, escaped by some sites:
 * {@code {"action":"accept","categories":"[\"targeting\"]"}}. Before an answer it has no {@code action}. A banner
 * without categories stores none.
 */
record CookieScript() implements ConsentPlatform {
    @Override
    public String name() {
        return "Cookie-Script targeting";
    }

    @Override
    public String cure() {
        return "consent=cookie:CookieScriptConsent~TEXT with the text of a yes";
    }

    @Override
    public @Nullable Answer answer(String cookies) {
        return Answer.strictest(CookiePairs.all(cookies, "CookieScriptConsent"), CookieScript::read);
    }

    private static Answer read(String value) {
        String json =
                Escapes.decode(value).replace("\\", "").replace("\"[", "[").replace("]\"", "]");
        if (!json.startsWith("{")) {
            return Answer.UNREADABLE;
        }
        String categories = JsonField.of(json, "categories");
        return switch (JsonField.of(json, "action")) {
            case "" -> Answer.OPEN;
            case "reject" -> Answer.DENIED;
            case "accept" ->
                categories.isEmpty() || categories.contains("\"targeting\"") ? Answer.GRANTED : Answer.DENIED;
            default -> Answer.UNREADABLE;
        };
    }
}
