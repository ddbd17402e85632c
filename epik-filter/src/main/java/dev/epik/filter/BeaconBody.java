// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import dev.epik.filter.ClickId.Found;
import org.jspecify.annotations.Nullable;

/**
 * The body of a beacon: {@code epik=VALUE}, {@code consent=granted}, {@code consent=denied}, or both joined by
 * {@code &}. It is read like the query of a URL: the first of several values of one name counts.
 *
 * @param found null if the body has no {@code epik}
 * @param consent null if the body has no {@code consent}
 */
record BeaconBody(@Nullable Found found, ConsentDecider.@Nullable State consent) {
    private static final String CONSENT = "consent=";

    /** Returns null if the body has neither of the two, or a consent other than {@code granted} and {@code denied}. */
    static @Nullable BeaconBody parse(String body, int maxLength) {
        Found found = ClickId.inQuery(body, maxLength);
        String word = consentIn(body);
        ConsentDecider.State consent = word == null ? null : state(word);
        boolean isValid = word == null ? found != null : consent != null;
        return isValid ? new BeaconBody(found, consent) : null;
    }

    private static @Nullable String consentIn(String body) {
        for (String pair : body.split("&", -1)) {
            if (pair.startsWith(CONSENT)) {
                return pair.substring(CONSENT.length());
            }
        }
        return null;
    }

    private static ConsentDecider.@Nullable State state(String word) {
        return switch (word) {
            case "granted" -> ConsentDecider.State.GRANTED;
            case "denied" -> ConsentDecider.State.DENIED;
            default -> null;
        };
    }
}
