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
 * @param consentIsChosen whether the setting {@code consent} has a value, also if it is the default
 */
record Settings(
        @Nullable String beacon,
        CookieDomain cookieDomain,
        Secure secure,
        Duration lifetime,
        int maxLength,
        boolean refreshes,
        boolean obeysGpc,
        BuiltInConsent consent,
        boolean consentIsChosen) {

    private static final Map<String, String> DEFAULTS = new TreeMap<>(Map.of(
            "beacon", "/_epik",
            "consent", "opt-out",
            "cookie-domain", "auto",
            "gpc", "obey",
            "lifetime-days", "365",
            "max-length", "512",
            "refresh", "never",
            "secure", "auto"));

    private static final Pattern PATH = Pattern.compile("/[\\w.~/-]*[\\w.~-]");

    /** Browsers shorten longer lifetimes: rfc6265bis §5.5. */
    private static final int MAX_LIFETIME_DAYS = 400;

    /**
     * Four times the default. Containers refuse requests with headers of 8 kB (status 400 or 431), and would do so for
     * as long as the cookie lives.
     */
    private static final int MAX_CLICK_ID_LENGTH = 2048;

    /**
     * Reads and checks all settings.
     *
     * @param initParams the settings with the highest precedence; every name must be known
     * @throws IllegalArgumentException if a name is unknown or a value is invalid; the message names the setting, its
     *     value and the cure
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
        Map<String, String> values = new TreeMap<>();
        DEFAULTS.keySet().forEach(name -> {
            String upper = "EPIK_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
            String value = initParams.get(name);
            value = value != null ? value : system.apply("epik." + name);
            value = value != null ? value : environment.apply(upper);
            if (value != null && !value.isBlank()) {
                values.put(name, value.strip());
            }
        });
        return parse(values);
    }

    /** @param values the settings that have a value */
    private static Settings parse(Map<String, String> values) {
        return new Settings(
                beacon(value(values, "beacon")),
                CookieDomain.parse(value(values, "cookie-domain")),
                secure(value(values, "secure")),
                Duration.ofDays(number("lifetime-days", value(values, "lifetime-days"), MAX_LIFETIME_DAYS)),
                number("max-length", value(values, "max-length"), MAX_CLICK_ID_LENGTH),
                isFirst("refresh", value(values, "refresh"), "landing", "never"),
                isFirst("gpc", value(values, "gpc"), "obey", "ignore"),
                consent(value(values, "consent")),
                values.containsKey("consent"));
    }

    /** Returns a warning about a value that is probably a mistake, but that works on some hosts. */
    Optional<String> warning() {
        return DomainNames.looksLikePublicSuffix(cookieDomain.toString())
                ? Optional.of("The setting cookie-domain of the filter epik is \"" + cookieDomain
                        + "\". Browsers accept no cookie"
                        + " for a public suffix, and then no click id is kept; use the shop's own domain, such as shop."
                        + cookieDomain)
                : Optional.empty();
    }

    /**
     * Returns the warning that must appear at every start until the setting is chosen. Without a choice a visitor who
     * has not refused counts as consenting, and in some regions that is against the law.
     */
    Optional<String> consentWarning() {
        return consentIsChosen
                ? Optional.empty()
                : Optional.of("The setting consent of the filter epik is not set, so visitors who have not refused are"
                        + " taken as consenting (opt-out): in the EU and the UK set required, or the platform of your"
                        + " banner such as onetrust; elsewhere set opt-out to confirm it.");
    }

    private static String value(Map<String, String> values, String name) {
        return values.getOrDefault(name, DEFAULTS.getOrDefault(name, ""));
    }

    private static @Nullable String beacon(String value) {
        if (value.equals("off")) {
            return null;
        }
        if (PATH.matcher(value).matches()) {
            return value;
        }
        throw invalid("beacon", value, "off, or a path such as /_epik, without the context path");
    }

    private static BuiltInConsent consent(String value) {
        BuiltInConsent consent = BuiltInConsent.parse(value);
        if (consent == null) {
            throw invalid(
                    "consent",
                    value,
                    BuiltInConsent.FORMS
                            + "; a ConsentDecider of your own goes into the servlet context attribute "
                            + EpikFilter.CONTEXT_CONSENT_DECIDER);
        }
        return consent;
    }

    private static Secure secure(String value) {
        return switch (value) {
            case "auto" -> Secure.AUTO;
            case "always" -> Secure.ALWAYS;
            case "never" -> Secure.NEVER;
            default -> throw invalid("secure", value, "auto, always or never");
        };
    }

    /** Returns whether the value is the first of two words. */
    private static boolean isFirst(String name, String value, String first, String second) {
        if (value.equals(first) || value.equals(second)) {
            return value.equals(first);
        }
        throw invalid(name, value, first + " or " + second);
    }

    private static int number(String name, String value, int max) {
        try {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException ignored) {
            // gets the same message as a number out of range
        }
        throw invalid(name, value, "a whole number from 1 to " + max);
    }

    static IllegalArgumentException invalid(String name, String value, String cure) {
        return new IllegalArgumentException(
                "The setting " + name + " of the filter epik is \"" + value + "\"; use " + cure);
    }

    @Override
    public String toString() {
        return "beacon=" + (beacon == null ? "off" : beacon) + ", consent=" + consent + ", cookie-domain="
                + cookieDomain + ", gpc=" + (obeysGpc ? "obey" : "ignore")
                + ", lifetime-days=" + lifetime.toDays() + ", max-length=" + maxLength + ", refresh="
                + (refreshes ? "landing" : "never") + ", secure="
                + secure.name().toLowerCase(Locale.ROOT);
    }
}
