// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import java.time.Duration;
import java.util.Optional;

/**
 * Supplies the access token of an ad account. {@link AccessToken} is the source of one token that does not change,
 * {@code dev.epik.capi.oauth.OAuthTokens} renews tokens by OAuth, and a company implements this for its own vault.
 *
 * <p><b>Threads.</b> Must be thread-safe. Delivery calls it on threads of its own, for each ad account one call at a
 * time.
 *
 * <p><b>Failure.</b> A source that has no token returns {@link Unavailable}, which states how long the events wait. In
 * delivery, a call that throws anything or returns null counts as unavailable too, and so does a call that takes over
 * 10 s: its thread is interrupted.
 */
public interface TokenSource {
    /**
     * Returns the token to send with. Called for every request, so it must be fast while its token is valid.
     *
     * @throws InterruptedException if the thread is interrupted; delivery pauses then
     */
    TokenResult token() throws InterruptedException;

    /**
     * Returns another token after Pinterest has answered 401. Called once for each 401. A source that has no other
     * token returns {@code refused}, and the 401 counts.
     *
     * @param refused the token that Pinterest did not accept; the source may hold a newer one already
     * @throws InterruptedException if the thread is interrupted; delivery pauses then
     */
    TokenResult renewed(AccessToken refused) throws InterruptedException;

    /** The answer of a token source: a token, or the reason why there is none. Immutable. */
    sealed interface TokenResult permits AccessToken, Unavailable {}

    /**
     * There is no token now. Delivery for the ad account pauses, and its events stay in the outbox.
     *
     * @param reason for the log and the statistics, with the cure; at most 300 characters of it are kept
     * @param retryAfter when to ask again, from 1 s to 1 h; if empty, delivery decides, with exponential backoff
     * @param needsOperator true if waiting alone does not help, such as after a revoked grant
     */
    record Unavailable(String reason, Optional<Duration> retryAfter, boolean needsOperator) implements TokenResult {
        /** Returns a result for a failure that ends by itself, such as a vault that cannot be reached. */
        public static Unavailable temporary(String reason) {
            return new Unavailable(reason, Optional.empty(), false);
        }

        /** Returns a result for a failure that an operator has to correct, such as a missing permission. */
        public static Unavailable needsOperator(String reason) {
            return new Unavailable(reason, Optional.empty(), true);
        }

        /** Returns a copy with a time after which the source is asked again, from 1 s to 1 h. */
        public Unavailable withRetryAfter(Duration time) {
            return new Unavailable(reason, Optional.of(time), needsOperator);
        }
    }
}
