// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import dev.epik.capi.AccessToken;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.TokenSource.Unavailable;
import dev.epik.capi.oauth.spi.OAuthGrant;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state of the tokens: the stored grant, and the failure of the last attempt to renew it. Immutable.
 *
 * @param grant the stored grant; empty if there is none or it is not known yet
 * @param failure why the last attempt failed; null if it succeeded
 * @param attempted when the last attempt was; {@link Instant#MIN} before the first one
 * @param nextAttempt when the next attempt is due; has no meaning without a failure
 */
record TokenState(Optional<OAuthGrant> grant, @Nullable Unavailable failure, Instant attempted, Instant nextAttempt) {
    /**
     * The minimum time between two renewals, whether or not the first one failed. It limits the requests of a busy
     * shop, of repeated 401s, and of tokens that live for a second.
     */
    static final Duration MIN_INTERVAL = Duration.ofMinutes(1);

    static final TokenState UNKNOWN = new TokenState(Optional.empty(), null, Instant.MIN, Instant.MIN);

    static TokenState good(OAuthGrant grant, Instant now) {
        return new TokenState(Optional.of(grant), null, now, now);
    }

    static TokenState failed(Optional<OAuthGrant> grant, Unavailable failure, Instant now) {
        Duration asked = failure.retryAfter().orElse(MIN_INTERVAL);
        Duration wait = asked.compareTo(MIN_INTERVAL) < 0 ? MIN_INTERVAL : asked;
        return new TokenState(grant, failure, now, now.plus(wait));
    }

    /** Returns the token to send with, unless it has expired. */
    Optional<AccessToken> validToken(Instant now) {
        return grant.filter(held -> !GrantRules.isExpired(held, now)).map(GrantRules::token);
    }

    /** Returns whether no renewal is due: the token lives long enough and is not the refused one. */
    boolean isFresh(Instant now, Optional<AccessToken> refused) {
        return grant.filter(held -> !GrantRules.isExpired(held, now) && !GrantRules.isAging(held, now))
                .filter(held -> !Optional.of(GrantRules.token(held)).equals(refused))
                .isPresent();
    }

    /** Returns whether it is too early for another renewal. Returns false after a clock was set back. */
    boolean isBackingOff(Instant now) {
        return failure == null
                ? grant.filter(held -> wasJustIssued(held, now)).isPresent()
                : !now.isBefore(attempted) && now.isBefore(nextAttempt);
    }

    private static boolean wasJustIssued(OAuthGrant held, Instant now) {
        return !now.isBefore(held.issuedAt()) && now.isBefore(held.issuedAt().plus(MIN_INTERVAL));
    }

    /** Returns whether Pinterest refused a token that was just issued, so that another one would not help. */
    boolean wasJustIssued(AccessToken refused, Instant now) {
        return grant.filter(held -> GrantRules.token(held).equals(refused))
                .filter(held -> wasJustIssued(held, now))
                .isPresent();
    }

    /** Returns whether the token expires before another one may be asked for. */
    boolean isShortLived() {
        return grant.filter(held -> GrantRules.life(held).compareTo(MIN_INTERVAL) < 0)
                .isPresent();
    }

    /** Returns why there is no token, and how long to wait. */
    TokenResult unavailable(Instant now) {
        if (failure == null) {
            return expired(now);
        }
        Duration wait = isBackingOff(now) ? Duration.between(now, nextAttempt) : Duration.ZERO;
        return new Unavailable(
                failure.reason(), Optional.of(wait).filter(left -> !left.isZero()), failure.needsOperator());
    }

    private Unavailable expired(Instant now) {
        if (!isShortLived()) {
            return Unavailable.needsOperator(
                            "The new access token expired before it was used. Is this machine's clock right?")
                    .withRetryAfter(MIN_INTERVAL);
        }
        Instant next = grant.map(OAuthGrant::issuedAt).orElse(now).plus(MIN_INTERVAL);
        Duration wait = isBackingOff(now) ? Duration.between(now, next) : MIN_INTERVAL;
        return Unavailable.temporary(
                        "The access token lived for less than a minute, and the next renewal is a minute after the"
                                + " last one.")
                .withRetryAfter(wait);
    }
}
