// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

import org.jspecify.annotations.Nullable;

/**
 * {@code cookieyes-consent} is a list: {@code consentid:…,consent:no,action:yes,…,advertisement:no}. CookieYes writes
 * it when the page loads, with an empty {@code action}. {@code consent} is about the way the banner was closed, and is
 * {@code no} for some visitors who have left all categories on. Therefore the category decides.
 */
record CookieYes() implements ConsentPlatform {
    @Override
    public String name() {
        return "CookieYes advertisement";
    }

    @Override
    public String cure() {
        return "consent=cookie:cookieyes-consent~TEXT with the text of a yes, such as advertisement:yes";
    }

    @Override
    public @Nullable Answer answer(String cookies) {
        return Answer.strictest(CookiePairs.all(cookies, "cookieyes-consent"), CookieYes::read);
    }

    private static Answer read(String value) {
        String list = "," + Escapes.decode(value) + ",";
        if (list.contains(",action:,")) {
            return Answer.OPEN;
        }
        if (list.contains(",advertisement:no,")) {
            return Answer.DENIED;
        }
        if (list.contains(",advertisement:yes,")) {
            return Answer.GRANTED;
        }
        return list.contains(",consent:no,") ? Answer.DENIED : Answer.UNREADABLE;
    }
}
