// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Recognizes programs that run the scripts of a page without a visitor, by their user agent. Pure functions. */
final class Robots {
    /** Words in the user agents of robots. Phones of the brand Cubot are no robots. */
    private static final Pattern WORDS = Pattern.compile(
            "(?<!cu)bot|crawl|spider|slurp|headless|lighthouse|pagespeed|prerender|preview|phantomjs|monitor|pingdom"
                    + "|curl|wget|python|scrapy|java/|okhttp|axios|go-http|libwww|facebookexternalhit",
            Pattern.CASE_INSENSITIVE);

    private Robots() {}

    /** Returns whether the user agent is that of a known robot, or missing. */
    static boolean isRobot(@Nullable String userAgent) {
        return userAgent == null
                || userAgent.isBlank()
                || WORDS.matcher(userAgent).find();
    }
}
