// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

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
     * Returns the default: every readable denial is obeyed, and without a denial the result is granted. Denials are the
     * visitor's own ({@code _epik_consent=denied}), the application's ({@link EpikFilter#REQUEST_CONSENT}), OneTrust's,
     * Cookiebot's and {@code usprivacy}. While OneTrust's banner is open, the result is unknown. Text form:
     * {@code auto}.
     */
    static ConsentDecider auto() {
        return BuiltInConsent.AUTO;
    }

    /**
     * Returns a decider that is unknown until the visitor answers ({@code epik.grant()} or {@code epik.revoke()} in the
     * script) or the application sets {@link EpikFilter#REQUEST_CONSENT}. Text form: {@code required}.
     */
    static ConsentDecider required() {
        return BuiltInConsent.REQUIRED;
    }

    /**
     * Returns a decider that always grants. {@code Sec-GPC: 1} still is a denial, unless
     * {@link EpikFilter.Builder#globalPrivacyControl} switches it off. Text form: {@code not-required}.
     */
    static ConsentDecider notRequired() {
        return BuiltInConsent.NOT_REQUIRED;
    }

    /**
     * Returns a decider that reads one group of OneTrust's cookie {@code OptanonConsent}. Without an answer the result
     * is unknown. Text form: {@code onetrust:C0004}.
     *
     * @param group the id of the group for targeting, such as {@code C0004}
     * @throws IllegalArgumentException if the group is blank
     */
    static ConsentDecider oneTrust(String group) {
        return BuiltInConsent.oneTrust(group);
    }

    /**
     * Returns a decider that reads {@code marketing} in Cookiebot's cookie {@code CookieConsent}. Without an answer the
     * result is unknown. Text form: {@code cookiebot}.
     */
    static ConsentDecider cookiebot() {
        return BuiltInConsent.COOKIEBOT;
    }

    /**
     * Returns a decider that reads a cookie of the shop's own banner. The given value grants, any other value denies,
     * and without the cookie the result is unknown. Text form: {@code cookie:NAME=VALUE}.
     *
     * @param nameAndValue the name of the cookie and the value that grants, such as {@code shop_consent=granted}
     * @throws IllegalArgumentException if there is no name in front of an equals sign
     */
    static ConsentDecider cookie(String nameAndValue) {
        return BuiltInConsent.cookie(nameAndValue);
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
