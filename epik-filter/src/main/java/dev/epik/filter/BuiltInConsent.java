// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static dev.epik.filter.ConsentDecider.Decision.denied;
import static dev.epik.filter.ConsentDecider.Decision.granted;
import static dev.epik.filter.ConsentDecider.Decision.unknown;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A built-in consent decider and its text form. {@code vectors/consent.json} lists the answers; the script is tested
 * with the same rows. Immutable.
 *
 * <p>If a visitor has several cookies of one name, a denial in any of them wins.
 */
final class BuiltInConsent implements ConsentDecider {
    /**
     * The cookie with the visitor's answer. The script writes it, and so does the filter when the beacon reports it.
     */
    static final String VISITOR_COOKIE = "_epik_consent";

    private static final String COOKIE_PREFIX = "cookie:";
    private static final String ONE_TRUST_PREFIX = "onetrust:";
    private static final Decision NO_SIGNAL = granted("no signal against it");
    private static final Decision NO_CONSENT_NEEDED = granted("consent is not required here");

    static final BuiltInConsent AUTO = new BuiltInConsent("auto", true, autoRule());
    static final BuiltInConsent REQUIRED =
            new BuiltInConsent("required", true, visitorRule(unknown("consent is required and not given yet")));
    static final BuiltInConsent NOT_REQUIRED =
            new BuiltInConsent("not-required", false, (request, cookies) -> NO_CONSENT_NEEDED);
    static final BuiltInConsent COOKIEBOT =
            new BuiltInConsent("cookiebot", false, platformRule(new ConsentPlatforms.Cookiebot()));

    private final String text;
    private final boolean usesVisitorChoice;
    private final Rule rule;

    private BuiltInConsent(String text, boolean usesVisitorChoice, Rule rule) {
        this.text = text;
        this.usesVisitorChoice = usesVisitorChoice;
        this.rule = rule;
    }

    /** Decides like {@link ConsentDecider}. The caller joins the cookies once, however many platforms are asked. */
    interface Rule {
        Decision decide(HttpServletRequest request, String cookies);
    }

    static BuiltInConsent oneTrust(String group) {
        if (group.isBlank()) {
            throw new IllegalArgumentException(
                    "The OneTrust group is blank; use the group for targeting, such as C0004");
        }
        return new BuiltInConsent(
                ONE_TRUST_PREFIX + group,
                false,
                platformRule(new ConsentPlatforms.OneTrust(Set.of(group), "OneTrust " + group)));
    }

    static BuiltInConsent cookie(String nameAndValue) {
        int equals = nameAndValue.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException(
                    "The consent cookie is \"" + nameAndValue + "\"; use NAME=VALUE, such as shop_consent=granted");
        }
        return new BuiltInConsent(
                COOKIE_PREFIX + nameAndValue,
                false,
                cookieRule(nameAndValue.substring(0, equals), nameAndValue.substring(equals + 1)));
    }

    /**
     * Reads the text form.
     *
     * @return null if the text names no built-in decider
     */
    static @Nullable BuiltInConsent parse(String text) {
        try {
            if (text.startsWith(COOKIE_PREFIX)) {
                return cookie(text.substring(COOKIE_PREFIX.length()));
            }
            if (text.startsWith(ONE_TRUST_PREFIX)) {
                return oneTrust(text.substring(ONE_TRUST_PREFIX.length()));
            }
        } catch (IllegalArgumentException ignored) {
            return null; // the message about the whole setting lists every form
        }
        return switch (text) {
            case "auto" -> AUTO;
            case "not-required" -> NOT_REQUIRED;
            case "required" -> REQUIRED;
            case "cookiebot" -> COOKIEBOT;
            default -> null;
        };
    }

    @Override
    public Decision decide(HttpServletRequest request) {
        return rule.decide(request, CookieHeader.of(request));
    }

    Rule rule() {
        return rule;
    }

    /** Returns whether this decider obeys the answer that the script's beacon reports. The others read a banner's. */
    boolean usesVisitorChoice() {
        return usesVisitorChoice;
    }

    /** Returns the text form. */
    @Override
    public String toString() {
        return text;
    }

    private static Rule autoRule() {
        Rule visitor = visitorRule(NO_SIGNAL);
        return (request, cookies) -> {
            Decision result = visitor.decide(request, cookies);
            if (result.state() == State.DENIED || !ConsentPlatforms.mayAnswer(cookies)) {
                return result;
            }
            for (ConsentPlatforms.Platform each : ConsentPlatforms.ALL) {
                Decision answer = each.answer(cookies);
                if (answer != null && answer.state() == State.DENIED) {
                    return answer;
                }
                if (answer != null && answer.state() == State.UNKNOWN && result.equals(NO_SIGNAL)) {
                    result = answer; // an open banner, and neither the visitor nor the application has answered
                }
            }
            return result;
        };
    }

    /**
     * Reads the application's answer in the request attribute, otherwise the visitor's own cookie.
     *
     * @param withoutAnswer the result if there is neither
     */
    private static Rule visitorRule(Decision withoutAnswer) {
        Decision grantedByApplication = granted("the application");
        Decision deniedByApplication = denied("the application");
        Decision granted = granted("cookie " + VISITOR_COOKIE);
        Decision denied = denied("cookie " + VISITOR_COOKIE);
        return (request, cookies) -> {
            Object answer = request.getAttribute(EpikFilter.REQUEST_CONSENT);
            if ("granted".equals(answer)) {
                return grantedByApplication;
            }
            if ("denied".equals(answer)) {
                return deniedByApplication;
            }
            List<String> values = CookieHeader.all(cookies, VISITOR_COOKIE);
            return values.contains("denied") ? denied : values.contains("granted") ? granted : withoutAnswer;
        };
    }

    private static Rule platformRule(ConsentPlatforms.Platform platform) {
        Decision withoutAnswer = unknown("no answer of " + platform.name());
        return (request, cookies) -> {
            Decision answer = platform.answer(cookies);
            return answer == null ? withoutAnswer : answer;
        };
    }

    private static Rule cookieRule(String name, String grantingValue) {
        String reason = "cookie " + name;
        Decision granted = granted(reason);
        Decision denied = denied(reason);
        Decision unknown = unknown("no " + reason);
        return (request, cookies) -> {
            List<String> values = CookieHeader.all(cookies, name);
            if (values.isEmpty()) {
                return unknown;
            }
            return values.stream().allMatch(grantingValue::equals) ? granted : denied;
        };
    }
}
