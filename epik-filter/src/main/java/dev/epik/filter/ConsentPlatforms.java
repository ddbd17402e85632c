// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static dev.epik.filter.ConsentDecider.Decision.denied;
import static dev.epik.filter.ConsentDecider.Decision.granted;
import static dev.epik.filter.ConsentDecider.Decision.unknown;

import dev.epik.filter.ConsentDecider.Decision;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the cookies of consent platforms: OneTrust, Cookiebot and the IAB's U.S. Privacy String. Pure functions of the
 * {@code Cookie} header.
 */
final class ConsentPlatforms {
    /** OneTrust's groups for targeting, and those for the sale of data in the United States. */
    private static final Set<String> TARGETING = Set.of("C0004", "4", "SPD_BG", "SSPD_BG", "OSSTA_BG");

    /** The platforms that {@code auto} asks. */
    static final List<Platform> ALL =
            List.of(new OneTrust(TARGETING, "OneTrust targeting"), new Cookiebot(), new UsPrivacy());

    private ConsentPlatforms() {}

    /** One consent platform. Immutable. */
    interface Platform {
        /** Returns the name for the reason of a decision. It contains no data of the visitor. */
        String name();

        /** Returns null if the cookies have no answer of this platform. */
        @Nullable
        Decision answer(String cookies);
    }

    /** Returns false for most visitors, who have no cookie of these platforms. */
    static boolean mayAnswer(String cookies) {
        return cookies.contains("onsent=") || cookies.contains("usprivacy=");
    }

    /**
     * {@code OptanonConsent} is an escaped query string: {@code …&groups=C0001%3A1%2CC0004%3A0&…}. OneTrust writes it
     * when the page loads, with the default of the visitor's region. A group at 0 is an answer only if the banner was
     * closed, or if OneTrust took the browser's Global Privacy Control for the answer.
     */
    record OneTrust(Set<String> groups, String name) implements Platform {
        @Override
        public @Nullable Decision answer(String cookies) {
            boolean yes = false;
            boolean no = false;
            boolean gpc = false;
            for (String cookie : CookieHeader.all(cookies, "OptanonConsent")) {
                for (String pair : cookie.split("&", -1)) {
                    gpc |= pair.equals("isGpcEnabled=1");
                    String entries = pair.startsWith("groups=") ? unescape(pair.substring("groups=".length())) : "";
                    yes |= has(entries, ":1");
                    no |= has(entries, ":0");
                }
            }
            if (no) {
                boolean answered = gpc || CookieHeader.find(cookies, "OptanonAlertBoxClosed", 0) >= 0;
                return answered ? denied(name) : unknown(name + ": the banner is open");
            }
            return yes ? granted(name) : null;
        }

        private boolean has(String entries, String state) {
            String bounded = "," + entries + ",";
            return groups.stream().anyMatch(group -> bounded.contains("," + group + state + ","));
        }
    }

    /**
     * {@code CookieConsent} looks like JavaScript, escaped by some sites: {@code {…,marketing:true,…}}. It is 0 after a
     * denial, and -1 for visitors from regions that require no consent.
     */
    record Cookiebot() implements Platform {
        @Override
        public String name() {
            return "Cookiebot marketing";
        }

        @Override
        public @Nullable Decision answer(String cookies) {
            boolean yes = false;
            for (String cookie : CookieHeader.all(cookies, "CookieConsent")) {
                String answers = unescape(cookie);
                if (answers.equals("0") || answers.contains("marketing:false")) {
                    return denied(name());
                }
                yes |= answers.equals("-1") || answers.contains("marketing:true");
            }
            return yes ? granted(name()) : null;
        }
    }

    /** {@code usprivacy} has four characters; the third is {@code Y} if the visitor opted out of the sale of data. */
    record UsPrivacy() implements Platform {
        @Override
        public String name() {
            return "usprivacy";
        }

        @Override
        public @Nullable Decision answer(String cookies) {
            for (String cookie : CookieHeader.all(cookies, "usprivacy")) {
                if (cookie.length() == 4 && cookie.charAt(0) == '1' && cookie.charAt(2) == 'Y') {
                    return denied(name());
                }
            }
            return null;
        }
    }

    /** Decodes ASCII escapes and leaves a broken escape as it is. {@code URLDecoder} would throw. */
    private static String unescape(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            int code =
                    text.charAt(i) == '%' && i + 2 < text.length() ? ascii(text.charAt(i + 1), text.charAt(i + 2)) : -1;
            plain.append(code < 0 ? text.charAt(i) : (char) code);
            i += code < 0 ? 0 : 2;
        }
        return plain.toString();
    }

    private static int ascii(char first, char second) {
        int high = ClickId.hex(first);
        int low = ClickId.hex(second);
        return high < 0 || high > 7 || low < 0 ? -1 : high * 16 + low;
    }
}
