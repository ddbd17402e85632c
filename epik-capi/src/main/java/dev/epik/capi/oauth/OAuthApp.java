// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import dev.epik.capi.EpikException;
import dev.epik.capi.pinterest.TokenEndpoint;
import java.net.URI;

/** Your app at Pinterest: who asks for tokens. Shows its id and never its secret. */
public record OAuthApp(String clientId, String clientSecret) {
    /** An app id is a number of seven digits or so; a fake's may be a word. */
    private static final int LONGEST_ID = 30;

    /** Both are on the app's page at Pinterest's developers' site. */
    public OAuthApp {
        if (!clientId.matches("[!-9;-~]+")) { // HTTP Basic ends the id at the first colon
            throw new EpikException("The client id is none: copy the app id from the app's page");
        }
        if (clientId.length() > LONGEST_ID) {
            throw new EpikException("The client id has " + clientId.length()
                    + " characters, an app id fewer than 20: were id and secret swapped?");
        }
        if (!clientSecret.matches("[!-~]+")) {
            throw new EpikException("The client secret is " + (clientSecret.isBlank() ? "empty" : "none")
                    + ": copy the app secret key whole, without spaces and line breaks, from the app's page");
        }
    }

    /**
     * The page where a person who may use the ad account agrees; Pinterest then sends the browser to the redirect URI with
     * {@code code} and {@code state}.
     *
     * @param redirectUri letter by letter as it is registered at the app
     * @param state unguessable, kept in the person's session and compared when the browser comes back: else a stranger can
     *     connect an account of their own
     */
    public URI authorizeUrl(String redirectUri, String state) {
        if (state.isBlank()) {
            throw new EpikException("The state is empty: give a random one and compare it when the browser comes back");
        }
        return TokenEndpoint.consentPage(clientId, redirectUri, state);
    }

    @Override
    public String toString() {
        return "OAuthApp[" + clientId + ", secret redacted]";
    }
}
