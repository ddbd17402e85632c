// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static dev.epik.filter.Consent.Decision.denied;
import static dev.epik.filter.Consent.Decision.granted;
import static dev.epik.filter.Consent.Decision.unknown;

import dev.epik.filter.Consent.Decision;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The built-in answers of {@link Consent}: what the usual banners leave in their cookies.
 *
 * <p>Cookies are read from the raw header. Containers drop a cookie whose value has a comma or a brace, and Cookiebot's
 * has both.
 */
final class ConsentCookies {
    /** OneTrust's group for targeting, unless a site renamed it. */
    private static final String TARGETING = "C0004";

    /** The visitor's answer, as the script keeps it, and the filter where the script's beacon tells it. */
    static final String OWN = "_epik_consent";

    private static final Decision NOT_REQUIRED = granted("consent is not required here");
    private static final Decision NO_SIGNAL = granted("no signal against it");

    /** What the names of all the cookies that {@link #auto()} asks for end with: most visitors have none of them. */
    private static final String ASKABLE = "onsent=";

    private ConsentCookies() {}

    /** As {@link Consent}; the cookies are handed on in one line, so that they are read once however many banners are asked. */
    interface BuiltIn {
        Decision decide(HttpServletRequest request, String cookies);
    }

    /** Null where the text names no built-in consent. */
    static @Nullable BuiltIn parse(String setting) {
        int equals = setting.indexOf('=');
        if (setting.startsWith("cookie:") && equals > "cookie:".length()) {
            return named(setting.substring("cookie:".length(), equals), setting.substring(equals + 1));
        }
        if (setting.startsWith("onetrust:") && setting.length() > "onetrust:".length()) {
            return oneTrust(setting.substring("onetrust:".length()));
        }
        return switch (setting) {
            case "auto" -> auto();
            case "not-required" -> (request, cookies) -> NOT_REQUIRED;
            case "required" -> required();
            case "cookiebot" -> cookiebot();
            default -> null;
        };
    }

    /** Whether this built-in consent obeys the visitor's own answer; the others read that of a banner. */
    static boolean hearsVisitors(String setting) {
        return setting.equals("auto") || setting.equals("required");
    }

    /** A denial that can be read is obeyed; no signal counts as granted. */
    private static BuiltIn auto() {
        List<BuiltIn> askable = List.of(visitor(NO_SIGNAL), oneTrust(TARGETING), cookiebot());
        return (request, cookies) -> {
            String answers = cookies.contains(ASKABLE) ? cookies : "";
            for (BuiltIn each : askable) {
                Decision decision = each.decide(request, answers);
                if (decision.state() == Consent.State.DENIED) {
                    return decision;
                }
            }
            return NO_SIGNAL;
        };
    }

    /** Unknown until the application or the visitor says so. */
    private static BuiltIn required() {
        return visitor(unknown("consent is required and not given yet"));
    }

    /** The application in the request attribute, before this filter or before a sale; else the visitor's own cookie. */
    private static BuiltIn visitor(Decision silence) {
        Decision grantedByApplication = granted("the application");
        Decision deniedByApplication = denied("the application");
        Decision granted = granted("cookie " + OWN);
        Decision denied = denied("cookie " + OWN);
        return (request, cookies) -> {
            Object said = request.getAttribute(EpikFilter.CONSENT_ANSWER);
            if ("granted".equals(said)) {
                return grantedByApplication;
            }
            if ("denied".equals(said)) {
                return deniedByApplication;
            }
            List<String> kept = all(cookies, OWN);
            // A no among duplicates stays a no: another cookie-domain may have left an older yes.
            return kept.contains("denied") ? denied : kept.contains("granted") ? granted : silence;
        };
    }

    private static BuiltIn named(String name, String granting) {
        String reason = "cookie " + name;
        Decision granted = granted(reason);
        Decision denied = denied(reason);
        Decision unknown = unknown("no " + reason);
        return (request, cookies) -> {
            String value = first(cookies, name);
            return value == null ? unknown : value.equals(granting) ? granted : denied;
        };
    }

    /** {@code OptanonConsent} is an escaped query string: {@code …&groups=C0001%3A1%2CC0004%3A0&…}. */
    private static BuiltIn oneTrust(String group) {
        String reason = "OneTrust " + group;
        Decision granted = granted(reason);
        Decision denied = denied(reason);
        Decision unknown = unknown("no answer of " + reason);
        String yes = "," + group + ":1,";
        String no = "," + group + ":0,";
        return (request, cookies) -> {
            String groups = oneTrustGroups(first(cookies, "OptanonConsent"));
            if (groups.contains(yes)) {
                return granted;
            }
            return groups.contains(no) ? denied : unknown;
        };
    }

    private static String oneTrustGroups(@Nullable String cookie) {
        if (cookie == null) {
            return "";
        }
        for (String pair : cookie.split("&", -1)) {
            if (pair.startsWith("groups=")) {
                return "," + unescape(pair.substring("groups=".length())) + ",";
            }
        }
        return "";
    }

    /** {@code CookieConsent} looks like JavaScript, escaped by some sites: {@code {…,marketing:true,…}}. */
    private static BuiltIn cookiebot() {
        Decision granted = granted("Cookiebot marketing");
        Decision denied = denied("Cookiebot marketing");
        Decision unknown = unknown("no answer of Cookiebot");
        return (request, cookies) -> {
            String cookie = first(cookies, "CookieConsent");
            String answers = cookie == null ? "" : unescape(cookie);
            if (answers.contains("marketing:true")) {
                return granted;
            }
            return answers.contains("marketing:false") ? denied : unknown;
        };
    }

    /** The first cookie of that name. */
    private static @Nullable String first(String cookies, String name) {
        List<String> values = all(cookies, name);
        return values.isEmpty() ? null : values.get(0);
    }

    /** As they were sent. */
    private static List<String> all(String cookies, String name) {
        List<String> values = List.of();
        for (int at = CookieHeader.find(cookies, name, 0); at >= 0; at = CookieHeader.find(cookies, name, at)) {
            values = values.isEmpty() ? new ArrayList<>() : values; // nearly always there is none
            values.add(cookies.substring(at, CookieHeader.end(cookies, at)).stripTrailing());
        }
        return values;
    }

    /** {@code URLDecoder} throws at a broken escape; this leaves it as it is. */
    private static String unescape(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            int code = text.charAt(i) == '%' && i + 2 < text.length() ? ascii(text.substring(i + 1, i + 3)) : -1;
            plain.append(code < 0 ? text.charAt(i) : (char) code);
            i += code < 0 ? 0 : 2;
        }
        return plain.toString();
    }

    private static int ascii(String hex) {
        byte[] digits = hex.getBytes(StandardCharsets.US_ASCII);
        int high = Character.digit(digits[0], 16);
        int low = Character.digit(digits[1], 16);
        return high < 0 || high > 7 || low < 0 ? -1 : high * 16 + low;
    }
}
