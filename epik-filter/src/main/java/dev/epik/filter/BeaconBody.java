// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter;

import dev.epik.filter.ClickId.Found;
import org.jspecify.annotations.Nullable;

/**
 * What the script tells: {@code epik=VALUE}, {@code consent=granted}, {@code consent=denied}, or both joined by {@code &}. Read by
 * the rules of a URL's query: the first of a name counts.
 *
 * @param found null where the body has no {@code epik}
 * @param consent null where the body says nothing of it
 */
record BeaconBody(@Nullable Found found, Consent.@Nullable State consent) {
    private static final String CONSENT = "consent=";

    /** Null where the body tells nothing that we know, or a consent that is neither yes nor no. */
    static @Nullable BeaconBody parse(String body, int maxLength) {
        Found found = ClickId.inQuery(body, maxLength);
        String said = consentIn(body);
        Consent.State consent = said == null ? null : state(said);
        boolean understood = said == null ? found != null : consent != null;
        return understood ? new BeaconBody(found, consent) : null;
    }

    private static @Nullable String consentIn(String body) {
        for (String pair : body.split("&", -1)) {
            if (pair.startsWith(CONSENT)) {
                return pair.substring(CONSENT.length());
            }
        }
        return null;
    }

    private static Consent.@Nullable State state(String word) {
        return switch (word) {
            case "granted" -> Consent.State.GRANTED;
            case "denied" -> Consent.State.DENIED;
            default -> null;
        };
    }
}
