// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the filter. They are checked once, at deployment, so that a typo fails there with a message.
 * Immutable.
 *
 * <p>Each setting is read from the init-param, otherwise from the system property {@code epik.NAME}, otherwise from the
 * environment variable {@code EPIK_NAME} in capitals with underscores.
 *
 * @param beacon the path under the application's own, or null if there is no beacon
 * @param hearsVisitors whether {@code consent} obeys what the script's beacon reports; banners with their own cookie do
 *     not
 * @param cookieDomain {@code auto}, {@code host} or a domain
 * @param consentName the name of {@code consent} in the start-up line
 */
record Settings(
        @Nullable String beacon,
        String cookieDomain,
        Secure secure,
        Duration lifetime,
        int maxLength,
        boolean refreshes,
        boolean obeysGpc,
        boolean hearsVisitors,
        ConsentCookies.BuiltIn consent,
        String consentName) {

    /** Whether the cookie gets the attribute {@code Secure}. */
    enum Secure {
        /** As the visitor's browser came: over https, or to a proxy that says so. */
        AUTO,
        ALWAYS,
        NEVER
    }

    private static final Map<String, String> DEFAULTS = new TreeMap<>(Map.of(
            "beacon", "/_epik",
            "consent", "auto",
            "cookie-domain", "auto",
            "gpc", "obey",
            "lifetime-days", "365",
            "max-length", "512",
            "refresh", "never",
            "secure", "auto"));

    private static final Pattern PATH = Pattern.compile("/[\\w.~/-]*[\\w.~-]");

    /** Browsers cut longer ones down: rfc6265bis §5.5. */
    private static final int MAX_LIFETIME_DAYS = 400;

    /**
     * Four times the default; containers answer 400 or 431 to request headers of 8 kB, for as long as the cookie lives.
     */
    private static final int MAX_CLICK_ID_LENGTH = 2048;

    /**
     * Reads and checks them all.
     *
     * @param initParams as the container has them; every name must be a known one
     * @throws IllegalArgumentException with the setting, its value and the cure
     */
    static Settings read(
            Map<String, String> initParams,
            UnaryOperator<@Nullable String> system,
            UnaryOperator<@Nullable String> environment) {
        List<String> unknown = new ArrayList<>(initParams.keySet());
        unknown.removeAll(DEFAULTS.keySet());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "Unknown init-param " + unknown + " of the filter epik; known are " + DEFAULTS.keySet());
        }
        Map<String, String> values = new TreeMap<>(DEFAULTS);
        values.replaceAll((name, byDefault) -> {
            String upper = "EPIK_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
            String value = initParams.get(name);
            value = value != null ? value : system.apply("epik." + name);
            value = value != null ? value : environment.apply(upper);
            return value == null || value.isBlank() ? byDefault : value.strip();
        });
        return parse(values);
    }

    private static Settings parse(Map<String, String> values) {
        String consentName = value(values, "consent");
        ConsentCookies.BuiltIn consent = ConsentCookies.parse(consentName);
        if (consent == null) {
            throw wrong(
                    "consent",
                    consentName,
                    "auto, not-required, required, onetrust:GROUP, cookiebot or cookie:NAME=VALUE; a function of your"
                            + " own goes into the servlet context attribute " + EpikFilter.CONSENT);
        }
        return new Settings(
                beacon(value(values, "beacon")),
                cookieDomain(value(values, "cookie-domain")),
                secure(value(values, "secure")),
                Duration.ofDays(number("lifetime-days", value(values, "lifetime-days"), MAX_LIFETIME_DAYS)),
                number("max-length", value(values, "max-length"), MAX_CLICK_ID_LENGTH),
                oneOf("refresh", value(values, "refresh"), "landing", "never"),
                oneOf("gpc", value(values, "gpc"), "obey", "ignore"),
                ConsentCookies.hearsVisitors(consentName),
                consent,
                consentName);
    }

    /** Returns what is probably a mistake but works on some hosts; the filter logs it once, at its start. */
    Optional<String> warning() {
        return CookieDomain.looksLikePublicSuffix(cookieDomain)
                ? Optional.of("The setting cookie-domain of the filter epik is \"" + cookieDomain
                        + "\". Browsers accept no cookie"
                        + " for a public suffix, and then no click id is kept; use the shop's own domain, such as shop."
                        + cookieDomain)
                : Optional.empty();
    }

    private static String value(Map<String, String> values, String name) {
        return values.getOrDefault(name, "");
    }

    private static @Nullable String beacon(String value) {
        if (value.equals("off")) {
            return null;
        }
        if (PATH.matcher(value).matches()) {
            return value;
        }
        throw wrong("beacon", value, "off, or a path such as /_epik, without the context path");
    }

    private static String cookieDomain(String value) {
        if (value.equals("auto") || value.equals("host") || CookieDomain.isDomain(value)) {
            return value;
        }
        throw wrong(
                "cookie-domain", value, "auto, host, or a domain such as shop.example, in lower case, no leading dot");
    }

    private static Secure secure(String value) {
        return switch (value) {
            case "auto" -> Secure.AUTO;
            case "always" -> Secure.ALWAYS;
            case "never" -> Secure.NEVER;
            default -> throw wrong("secure", value, "auto, always or never");
        };
    }

    /** Whether it is the first of two words. */
    private static boolean oneOf(String name, String value, String yes, String no) {
        if (value.equals(yes) || value.equals(no)) {
            return value.equals(yes);
        }
        throw wrong(name, value, yes + " or " + no);
    }

    private static int number(String name, String value, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException ignored) {
            // the same message as for a number out of range
        }
        throw wrong(name, value, "a whole number from 1 to " + most);
    }

    private static IllegalArgumentException wrong(String name, String value, String cure) {
        return new IllegalArgumentException(
                "The setting " + name + " of the filter epik is \"" + value + "\"; use " + cure);
    }

    @Override
    public String toString() {
        return "beacon=" + (beacon == null ? "off" : beacon) + ", consent=" + consentName + ", cookie-domain="
                + cookieDomain + ", gpc=" + (obeysGpc ? "obey" : "ignore")
                + ", lifetime-days=" + lifetime.toDays() + ", max-length=" + maxLength + ", refresh="
                + (refreshes ? "landing" : "never") + ", secure="
                + secure.name().toLowerCase(Locale.ROOT);
    }
}
