// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Whether this visitor's click id may be kept. Asked on landing requests and on requests that carry the cookie, and by
 * whoever reports a sale; not on others.
 *
 * <p>Built in, by the setting {@code consent}: {@code auto}, {@code not-required}, {@code required},
 * {@code onetrust:C0004}, {@code cookiebot}, {@code cookie:NAME=VALUE}. A function of your own goes into the servlet
 * context, in a listener, under {@link EpikFilter#CONSENT}, and then decides instead of the setting:
 *
 * <pre>{@code
 * context.setAttribute(EpikFilter.CONSENT, (Consent) request -> banner.accepted(request)
 *         ? Consent.Decision.granted("banner")
 *         : Consent.Decision.denied("banner"));
 * }</pre>
 *
 * <p>Called by many threads at once. A function that throws counts as denied: a page is served without a capture rather
 * than a click id kept without consent.
 */
@FunctionalInterface
public interface Consent {
    /** Must not read the request's parameters or body: a form's bytes belong to the application. */
    Decision decide(HttpServletRequest request);

    /** The three answers. */
    enum State {
        /** The click id is kept. */
        GRANTED,
        /** Nothing is kept, and what was kept is erased. */
        DENIED,
        /** Not asked yet: nothing is kept, nothing is erased. */
        UNKNOWN
    }

    /**
     * An answer and where it came from.
     *
     * @param reason a short phrase for people who ask why, such as {@code cookie shop_consent}; shown in tools and
     *     logs, so never a value of the visitor's
     */
    record Decision(State state, String reason) {
        public static Decision granted(String reason) {
            return new Decision(State.GRANTED, reason);
        }

        public static Decision denied(String reason) {
            return new Decision(State.DENIED, reason);
        }

        public static Decision unknown(String reason) {
            return new Decision(State.UNKNOWN, reason);
        }
    }
}
