// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.TokenSource.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What an answer of the token endpoint means. */
public sealed interface TokenReply {
    /**
     * Tokens. Shows none of them.
     *
     * @param life of the access token, from the answer on
     * @param refreshToken empty where Pinterest sent none: the one it was asked with stays
     * @param refreshLife of the refresh token, where Pinterest told it
     * @param refreshExpiresAt the same by Pinterest's clock, where it told only that
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
     * The code or the refresh token is used up, expired or revoked: only a new consent helps.
     *
     * @param reason Pinterest's words
     */
    record Spent(String reason) implements TokenReply {}

    /** Something else is in the way; the code or refresh token may be as good as before. */
    record Trouble(Unavailable pause) implements TokenReply {}
}
