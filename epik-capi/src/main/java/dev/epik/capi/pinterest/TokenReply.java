// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.TokenSource.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The meaning of an answer of the token endpoint. Immutable. */
public sealed interface TokenReply {
    /**
     * Pinterest has issued tokens. {@link #toString()} shows no token.
     *
     * @param accessToken the access token
     * @param life the lifetime of the access token, from the answer on
     * @param refreshToken the new refresh token; empty if Pinterest sent none, and the previous one stays valid
     * @param refreshLife the lifetime of the refresh token; empty if Pinterest did not state it
     * @param refreshExpiresAt when the refresh token expires by Pinterest's clock; empty if Pinterest did not state it
     */
    record Granted(
            String accessToken,
            Duration life,
            Optional<String> refreshToken,
            Optional<Duration> refreshLife,
            Optional<Instant> refreshExpiresAt)
            implements TokenReply {
        @Override
        public String toString() {
            return "Granted[redacted, " + life + "]";
        }
    }

    /**
     * The code or the refresh token is used up, expired or revoked. Only a new consent helps.
     *
     * @param reason the reason, for people
     */
    record Spent(String reason) implements TokenReply {}

    /**
     * The request failed for another reason. The code or refresh token may still be valid.
     *
     * @param pause the reason, and when to try again
     */
    record Failed(Unavailable pause) implements TokenReply {}
}
