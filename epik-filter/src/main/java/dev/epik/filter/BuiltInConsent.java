// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import static dev.epik.filter.ConsentDecider.Decision.denied;
import static dev.epik.filter.ConsentDecider.Decision.granted;
import static dev.epik.filter.ConsentDecider.Decision.unknown;

import dev.epik.filter.consent.Answer;
import dev.epik.filter.consent.ConsentPlatform;
import dev.epik.filter.consent.ConsentPlatforms;
import dev.epik.filter.consent.CookiePairs;
import dev.epik.filter.consent.Escapes;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A built-in consent decider and its text form. {@code vectors/consent.json} lists the answers; the scripts are tested
 * with the same rows. Thread-safe.
 *
 * <p>If a visitor has several cookies of one name, a denial in any of them wins.
 */
final class BuiltInConsent implements ConsentDecider {
    /**
     * The cookie with the visitor's answer. The script writes it, and so does the filter when the beacon reports it.
     */
    static final String VISITOR_COOKIE = "_epik_consent";

    /** The text forms, for messages. */
    static final String FORMS =
            "opt-out, required, not-required, onetrust, onetrust:GROUP, cookiebot, cookieyes, trustarc,"
                    + " cookie-script, iubenda, didomi, complianz, tcf, tcf:PURPOSES, usprivacy, cookie:NAME=VALUE or"
                    + " cookie:NAME~TEXT";

    private static final Logger LOG = System.getLogger(BuiltInConsent.class.getName());
    private static final String COOKIE_PREFIX = "cookie:";
    private static final Decision NO_SIGNAL = granted("no signal against it");
    private static final Decision NO_CONSENT_NEEDED = granted("consent is not required here");

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

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if the text names no built-in decider; the message names the cure
     */
    static BuiltInConsent of(String text) {
        BuiltInConsent consent = parse(text);
        if (consent == null) {
            throw new IllegalArgumentException("The consent is \"" + text + "\"; use " + FORMS);
        }
        return consent;
    }

    /**
     * Reads the text form.
     *
     * @return null if the text names no built-in decider
     */
    static @Nullable BuiltInConsent parse(String text) {
        if (text.startsWith(COOKIE_PREFIX)) {
            Rule rule = cookieRule(text.substring(COOKIE_PREFIX.length()));
            return rule == null ? null : new BuiltInConsent(text, false, rule);
        }
        return switch (text) {
            case "opt-out" -> new BuiltInConsent(text, true, optOutRule());
            case "required" ->
                new BuiltInConsent(text, true, visitorRule(unknown("consent is required and not given yet")));
            case "not-required" -> new BuiltInConsent(text, false, (request, cookies) -> NO_CONSENT_NEEDED);
            default -> {
                ConsentPlatform platform = ConsentPlatforms.named(text);
                yield platform == null ? null : new BuiltInConsent(text, false, platformRule(platform));
            }
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

    /** Obeys the visitor's own answer, then that of every known platform. Silence counts as consent. */
    private static Rule optOutRule() {
        Rule visitor = visitorRule(NO_SIGNAL);
        List<PlatformDecider> platforms =
                ConsentPlatforms.known().stream().map(PlatformDecider::new).toList();
        return (request, cookies) -> {
            Decision own = visitor.decide(request, cookies);
            if (own.state() == State.DENIED || cookies.isEmpty()) {
                return own;
            }
            Decision result = own;
            Decision denial = null;
            for (PlatformDecider each : platforms) {
                Decision answer = each.decide(cookies);
                if (answer != null && answer.state() == State.DENIED) {
                    denial = denial == null ? answer : denial;
                } else if (answer != null && own.equals(NO_SIGNAL) && result.state() != State.UNKNOWN) {
                    result = answer; // the visitor and the application have not answered
                }
            }
            if (denial != null) {
                // the reason is that of an opt-out alone only if nothing else speaks against it
                return result.state() == State.UNKNOWN ? denied(denial.reason() + ", " + result.reason()) : denial;
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
            List<String> values = CookiePairs.all(cookies, VISITOR_COOKIE);
            return values.contains("denied") ? denied : values.contains("granted") ? granted : withoutAnswer;
        };
    }

    private static Rule platformRule(ConsentPlatform platform) {
        PlatformDecider decider = new PlatformDecider(platform);
        Decision withoutAnswer = unknown("no answer of " + platform.name());
        return (request, cookies) -> {
            Decision answer = decider.decide(cookies);
            return answer == null ? withoutAnswer : answer;
        };
    }

    /**
     * Reads {@code NAME=VALUE} or {@code NAME~TEXT}, whichever sign comes first.
     *
     * @return null if the name is empty, or the text that a cookie must contain
     */
    private static @Nullable Rule cookieRule(String form) {
        int equals = form.indexOf('=');
        int tilde = form.indexOf('~');
        boolean partly = tilde >= 0 && (equals < 0 || tilde < equals);
        int sign = partly ? tilde : equals;
        String wanted = form.substring(sign + 1);
        if (sign < 1 || (partly && wanted.isBlank())) {
            return null;
        }
        Predicate<String> grants = partly
                ? value -> value.contains(wanted) || Escapes.decode(value).contains(wanted)
                : wanted::equals;
        String name = form.substring(0, sign);
        String reason = "cookie " + name;
        Decision granted = granted(reason);
        Decision denied = denied(reason);
        Decision unknown = unknown("no " + reason);
        return (request, cookies) -> {
            List<String> values = CookiePairs.all(cookies, name);
            if (values.isEmpty()) {
                return unknown;
            }
            return values.stream().allMatch(grants) ? granted : denied;
        };
    }

    /** The decisions of one platform. Logs the first cookie that it cannot read. */
    private static final class PlatformDecider {
        private final ConsentPlatform platform;
        private final Decision granted;
        private final Decision denied;
        private final Decision open;
        private final Decision unreadable;
        private final AtomicBoolean warned = new AtomicBoolean();

        PlatformDecider(ConsentPlatform platform) {
            this.platform = platform;
            String name = platform.name();
            granted = granted(name);
            denied = denied(name);
            open = unknown(name + ": the banner is open");
            unreadable = unknown(name + ": the cookie is not readable");
        }

        /** Returns null if there is no cookie of this platform. */
        @Nullable
        Decision decide(String cookies) {
            Answer answer = platform.answer(cookies);
            if (answer == null) {
                return null;
            }
            return switch (answer) {
                case GRANTED -> granted;
                case DENIED -> denied;
                case OPEN -> open;
                case UNREADABLE -> {
                    if (warned.compareAndSet(false, true)) {
                        LOG.log(
                                Level.WARNING,
                                "A visitor''s consent cookie ({0}) is not readable, so the consent is unknown and no click"
                                        + " id is kept; set {1}. This is logged once.",
                                platform.name(),
                                platform.cure());
                    }
                    yield unreadable;
                }
            };
        }
    }
}
