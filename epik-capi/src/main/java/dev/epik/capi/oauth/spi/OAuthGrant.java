// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth.spi;

import dev.epik.capi.EpikException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The tokens that one person's consent has given to an app. A {@link TokenStore} stores them. Times are cut to whole
 * milliseconds. {@link #toString()} shows no token. Immutable.
 *
 * @param accessToken the token itself: never write it to a log or a message
 * @param issuedAt when the access token was requested, by this machine's clock
 * @param expiresAt when the access token expires
 * @param refreshToken the token itself: never write it to a log or a message
 * @param refreshExpiresAt when the refresh token expires; empty if Pinterest did not say
 */
public record OAuthGrant(
        String accessToken,
        Instant issuedAt,
        Instant expiresAt,
        String refreshToken,
        Optional<Instant> refreshExpiresAt) {
    /**
     * Creates a grant.
     *
     * @throws EpikException if a token is empty or has characters that no token has; the message does not quote it
     */
    public OAuthGrant {
        if (!accessToken.matches("[!-~]+") || !refreshToken.matches("[!-~]+")) {
            throw new EpikException(
                    "A token of the grant is invalid: it is empty, or has characters that no token has");
        }
        issuedAt = issuedAt.truncatedTo(ChronoUnit.MILLIS);
        expiresAt = expiresAt.truncatedTo(ChronoUnit.MILLIS);
        refreshExpiresAt = refreshExpiresAt.map(instant -> instant.truncatedTo(ChronoUnit.MILLIS));
    }

    /** Shows when the access token expires, and no token. */
    @Override
    public String toString() {
        return "OAuthGrant[redacted, until " + expiresAt + "]";
    }
}
