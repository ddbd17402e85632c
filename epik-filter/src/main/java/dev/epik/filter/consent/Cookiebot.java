// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

import org.jspecify.annotations.Nullable;

/**
 * {@code CookieConsent} looks like JavaScript, escaped by some sites: {@code {…,marketing:true,…}}. It is 0 after a
 * denial, and -1 for visitors from regions that require no consent.
 */
record Cookiebot() implements ConsentPlatform {
    @Override
    public String name() {
        return "Cookiebot marketing";
    }

    @Override
    public String cure() {
        return "consent=cookie:CookieConsent~TEXT with the text of a yes, if the cookie is not Cookiebot's";
    }

    @Override
    public @Nullable Answer answer(String cookies) {
        return Answer.strictest(CookiePairs.all(cookies, "CookieConsent"), Cookiebot::read);
    }

    private static Answer read(String value) {
        String answers = Escapes.decode(value).replace("\"", "").replace(" ", "");
        if (answers.equals("0") || answers.contains("marketing:false")) {
            return Answer.DENIED;
        }
        return answers.equals("-1") || answers.contains("marketing:true") ? Answer.GRANTED : Answer.UNREADABLE;
    }
}
