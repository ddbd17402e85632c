// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static dev.epik.filter.Consent.Decision.denied;
import static dev.epik.filter.Consent.Decision.granted;
import static dev.epik.filter.Consent.Decision.unknown;

import dev.epik.filter.Consent.Decision;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The built-in values of the setting {@code consent}. {@code vectors/consent.json} lists what they answer; the script
 * is tested by the same rows.
 *
 * <p>If a visitor has several cookies of one name, a denial in any of them wins.
 */
final class ConsentCookies {
    /** The visitor's answer, as the script stores it, and the filter when the script's beacon reports it. */
    static final String OWN = "_epik_consent";

    private static final Decision NOT_REQUIRED = granted("consent is not required here");
    private static final Decision NO_SIGNAL = granted("no signal against it");

    private ConsentCookies() {}

    /**
     * Like {@link Consent}. The cookies are passed in one line, so that they are joined once, however many platforms
     * are asked.
     */
    interface BuiltIn {
        Decision decide(HttpServletRequest request, String cookies);
    }

    /** Returns null if the text names no built-in consent. */
    static @Nullable BuiltIn parse(String setting) {
        int equals = setting.indexOf('=');
        if (setting.startsWith("cookie:") && equals > "cookie:".length()) {
            return named(setting.substring("cookie:".length(), equals), setting.substring(equals + 1));
        }
        if (setting.startsWith("onetrust:") && setting.length() > "onetrust:".length()) {
            String group = setting.substring("onetrust:".length());
            return platform(new ConsentPlatforms.OneTrust(Set.of(group), "OneTrust " + group));
        }
        return switch (setting) {
            case "auto" -> auto();
            case "not-required" -> (request, cookies) -> NOT_REQUIRED;
            case "required" -> required();
            case "cookiebot" -> platform(new ConsentPlatforms.Cookiebot());
            default -> null;
        };
    }

    /** Returns whether this built-in consent obeys the visitor's own answer; the others read that of a banner. */
    static boolean hearsVisitors(String setting) {
        return setting.equals("auto") || setting.equals("required");
    }

    /**
     * Obeys every denial that can be read. A banner that waits for an answer makes the result unknown, unless the
     * visitor or the application has already answered. No signal counts as granted.
     */
    private static BuiltIn auto() {
        BuiltIn visitor = visitor(NO_SIGNAL);
        return (request, cookies) -> {
            Decision result = visitor.decide(request, cookies);
            if (result.state() == Consent.State.DENIED || !ConsentPlatforms.mayAnswer(cookies)) {
                return result;
            }
            for (ConsentPlatforms.Platform each : ConsentPlatforms.ALL) {
                Decision answer = each.answer(cookies);
                if (answer != null && answer.state() == Consent.State.DENIED) {
                    return answer;
                }
                if (answer != null && answer.state() == Consent.State.UNKNOWN && result.equals(NO_SIGNAL)) {
                    result = answer;
                }
            }
            return result;
        };
    }

    /** Unknown until the application or the visitor answers. */
    private static BuiltIn required() {
        return visitor(unknown("consent is required and not given yet"));
    }

    /** The application's answer in the request attribute, otherwise the visitor's own cookie. */
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
            List<String> kept = CookieHeader.all(cookies, OWN);
            return kept.contains("denied") ? denied : kept.contains("granted") ? granted : silence;
        };
    }

    private static BuiltIn platform(ConsentPlatforms.Platform platform) {
        Decision silence = unknown("no answer of " + platform.name());
        return (request, cookies) -> {
            Decision answer = platform.answer(cookies);
            return answer == null ? silence : answer;
        };
    }

    private static BuiltIn named(String name, String granting) {
        String reason = "cookie " + name;
        Decision granted = granted(reason);
        Decision denied = denied(reason);
        Decision unknown = unknown("no " + reason);
        return (request, cookies) -> {
            List<String> values = CookieHeader.all(cookies, name);
            if (values.isEmpty()) {
                return unknown;
            }
            return values.stream().allMatch(granting::equals) ? granted : denied;
        };
    }
}
