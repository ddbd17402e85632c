// SPDX-License-Identifier: Apache-2.0
package dev.epik.demo.shop;

import dev.epik.filter.ConsentDecider;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;

/** Decides by the visitor's answer in the banner, and without one by whether the shop requires consent. */
public final class BannerConsent implements ConsentDecider {
    static final String COOKIE = "shop_consent";

    private static final Decision GRANTED = Decision.granted("accepted in the banner");
    private static final Decision DENIED = Decision.denied("denied in the banner");
    private static final Decision NOT_ASKED = Decision.unknown("the banner is not answered yet");
    private static final Decision NOT_REQUIRED = Decision.granted("not required, and not denied");

    private final boolean required;

    public BannerConsent(boolean required) {
        this.required = required;
    }

    @Override
    public Decision decide(HttpServletRequest request) {
        return switch (answer(request)) {
            case "granted" -> GRANTED;
            case "denied" -> DENIED;
            default -> required ? NOT_ASKED : NOT_REQUIRED;
        };
    }

    /** Returns {@code granted}, {@code denied}, or an empty text if the visitor has not decided. */
    static String answer(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        for (Cookie cookie : cookies == null ? new Cookie[0] : cookies) {
            if (cookie.getName().equals(COOKIE) && cookie.getValue().matches("granted|denied")) {
                return cookie.getValue();
            }
        }
        return "";
    }
}
