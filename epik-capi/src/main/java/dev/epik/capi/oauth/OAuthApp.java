// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import dev.epik.capi.EpikException;
import dev.epik.capi.pinterest.TokenEndpoint;
import java.net.URI;

/**
 * The shop's app at Pinterest, which requests tokens. {@link #toString()} shows the id and never the secret. Immutable.
 *
 * @param clientId the app id, a number of about seven digits
 * @param clientSecret the app secret key
 */
public record OAuthApp(String clientId, String clientSecret) {
    /** An app id is a number of about seven digits; that of a fake may be a word. */
    private static final int MAX_ID_LENGTH = 30;

    /**
     * Creates an app. Both values are on the app's page on Pinterest's developer site.
     *
     * @throws EpikException if a value is empty, has characters that it cannot have, or if the two seem to be swapped;
     *     the message quotes neither
     */
    public OAuthApp {
        if (!clientId.matches("[!-9;-~]+")) { // HTTP Basic ends the id at the first colon
            throw new EpikException("The client id is invalid: copy the app id from the app's page");
        }
        if (clientId.length() > MAX_ID_LENGTH) {
            throw new EpikException("The client id has " + clientId.length()
                    + " characters, but an app id has fewer than 20. Were id and secret swapped?");
        }
        if (!clientSecret.matches("[!-~]+")) {
            throw new EpikException("The client secret is " + (clientSecret.isBlank() ? "empty" : "invalid")
                    + ": copy the app secret key whole, without spaces and line breaks, from the app's page");
        }
    }

    /**
     * Returns the address of the page on which a person with access to the ad account agrees. Pinterest then redirects
     * the browser to the redirect URI, with {@code code} and {@code state}.
     *
     * @param redirectUri exactly as it is registered with the app
     * @param state a random text. Keep it in the person's session and compare it when the browser returns; otherwise an
     *     attacker can connect their own account
     * @throws EpikException if the state is blank
     */
    public URI authorizeUrl(String redirectUri, String state) {
        if (state.isBlank()) {
            throw new EpikException("The state is empty: use a random text and compare it when the browser returns");
        }
        return TokenEndpoint.consentPage(clientId, redirectUri, state);
    }

    /** Returns the id, without the secret. */
    @Override
    public String toString() {
        return "OAuthApp[" + clientId + ", secret redacted]";
    }
}
