// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import dev.epik.filter.consent.ConsentPlatforms;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Decides whether the filter may keep this visitor's click id. The filter asks it on landing requests, on requests that
 * carry the cookie and when the script reports something. Code that reports a sale asks it too, through
 * {@link EpikFilter#CONTEXT_CONSENT_LOOKUP}.
 *
 * <p><b>Built in.</b> The static methods return deciders that read the cookies of consent banners. Each has a text form
 * for the setting {@code consent} in init-params, properties and environment variables.
 *
 * <p><b>Your own.</b> Pass it to {@link EpikFilter.Builder#consent}. In a WAR, a listener puts it into the servlet
 * context. It takes precedence over the setting {@code consent}:
 *
 * <pre>{@code
 * context.setAttribute(EpikFilter.CONTEXT_CONSENT_DECIDER, (ConsentDecider) request -> banner.accepted(request)
 *         ? ConsentDecider.Decision.granted("banner")
 *         : ConsentDecider.Decision.denied("banner"));
 * }</pre>
 *
 * <p><b>Threads.</b> An implementation must be thread-safe: many requests call it at the same time.
 *
 * <p><b>Failures.</b> If the decider throws or returns null, the visitor counts as denied and the page is served. No
 * click id is kept without consent.
 */
@FunctionalInterface
public interface ConsentDecider {
    /**
     * Decides for one request. An implementation must not read the request's parameters or body, because a form's bytes
     * belong to the application.
     *
     * @return the decision, never null
     */
    Decision decide(HttpServletRequest request);

    /**
     * Returns the default: every readable denial is obeyed, and silence counts as consent. Denials are the visitor's
     * own ({@code _epik_consent=denied}), the application's ({@link EpikFilter#REQUEST_CONSENT}) and those of all
     * platforms that {@link #platform} knows. While the banner of such a platform is not answered, or its cookie is not
     * readable, the result is unknown. Text form: {@code opt-out}.
     */
    static ConsentDecider optOut() {
        return BuiltInConsent.of("opt-out");
    }

    /**
     * Returns a decider that is unknown until the visitor answers ({@code epik.grant()} or {@code epik.revoke()} in the
     * script) or the application sets {@link EpikFilter#REQUEST_CONSENT}. Text form: {@code required}.
     */
    static ConsentDecider required() {
        return BuiltInConsent.of("required");
    }

    /**
     * Returns a decider that always grants. {@code Sec-GPC: 1} still is a denial, unless
     * {@link EpikFilter.Builder#globalPrivacyControl} switches it off. Text form: {@code not-required}.
     */
    static ConsentDecider notRequired() {
        return BuiltInConsent.of("not-required");
    }

    /**
     * Returns a decider that reads one group of OneTrust's cookie {@code OptanonConsent}. Without an answer the result
     * is unknown. Text form: {@code onetrust:C0004}.
     *
     * @param group the id of the group for targeting, such as {@code C0004}
     * @throws IllegalArgumentException if the group is blank
     */
    static ConsentDecider oneTrust(String group) {
        return platform("onetrust:" + group);
    }

    /** Returns a decider that reads Cookiebot's cookie. Text form: {@code cookiebot}. */
    static ConsentDecider cookiebot() {
        return platform("cookiebot");
    }

    /**
     * Returns a decider that reads the cookie of one consent platform. Without an answer the result is unknown.
     *
     * @param name the text form: {@code onetrust}, {@code onetrust:GROUP} with the id of the group for targeting,
     *     {@code cookiebot}, {@code cookieyes}, {@code trustarc}, {@code cookie-script}, {@code iubenda},
     *     {@code didomi}, {@code complianz}, {@code tcf}, {@code tcf:PURPOSES} with the IAB's purposes that are needed
     *     ({@code tcf} stands for {@code tcf:1,3,4,7}), or {@code usprivacy}
     * @throws IllegalArgumentException if there is no such platform; the message lists them
     */
    static ConsentDecider platform(String name) {
        if (ConsentPlatforms.named(name) == null) {
            throw new IllegalArgumentException(
                    "There is no consent platform \"" + name + "\"; use one of " + BuiltInConsent.FORMS);
        }
        return BuiltInConsent.of(name);
    }

    /**
     * Returns a decider that reads a cookie of the shop's own banner. Any other content than the one that grants
     * denies, and without the cookie the result is unknown. Text forms: {@code cookie:NAME=VALUE} and
     * {@code cookie:NAME~TEXT}.
     *
     * @param form {@code NAME=VALUE}, such as {@code shop_consent=granted}, if the value must be equal; or
     *     {@code NAME~TEXT}, such as {@code shop_consent~marketing:yes}, if it must contain the text, before or after
     *     its escapes are decoded
     * @throws IllegalArgumentException if there is no name in front of the sign, or no text behind {@code ~}
     */
    static ConsentDecider cookie(String form) {
        BuiltInConsent consent = BuiltInConsent.parse("cookie:" + form);
        if (consent == null) {
            throw new IllegalArgumentException("The consent cookie is \"" + form
                    + "\"; use NAME=VALUE such as shop_consent=granted, or NAME~TEXT such as shop_consent~ads:yes");
        }
        return consent;
    }

    /** The three possible answers. */
    enum State {
        /** The click id is kept. */
        GRANTED,
        /** Nothing is kept, and what was kept is erased. */
        DENIED,
        /** The visitor was not asked yet: nothing is kept and nothing is erased. */
        UNKNOWN
    }

    /**
     * An answer and its source.
     *
     * @param reason a short phrase for the source of the answer, such as {@code cookie shop_consent}. Tools and logs
     *     show it, so it must not contain a visitor's data
     */
    record Decision(State state, String reason) {
        /** Returns a decision to keep the click id. */
        public static Decision granted(String reason) {
            return new Decision(State.GRANTED, reason);
        }

        /** Returns a decision to keep nothing and to erase what was kept. */
        public static Decision denied(String reason) {
            return new Decision(State.DENIED, reason);
        }

        /** Returns a decision to keep nothing and to erase nothing. */
        public static Decision unknown(String reason) {
            return new Decision(State.UNKNOWN, reason);
        }
    }
}
