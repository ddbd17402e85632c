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
 * How it stands with the tokens: the grant that is stored, and the trouble of the last attempt to get another.
 *
 * @param attempted when that was, {@link Instant#MIN} before the first
 * @param again when the next attempt is due; meaningless without trouble
 */
record Standing(Optional<OAuthGrant> grant, @Nullable Unavailable trouble, Instant attempted, Instant again) {
    /**
     * Between two renewals, whether the first one failed or not, so that neither a busy shop nor a 401 without end nor
     * a token that lives for a second becomes a storm.
     */
    static final Duration SHORTEST_PAUSE = Duration.ofMinutes(1);

    static final Standing UNKNOWN = new Standing(Optional.empty(), null, Instant.MIN, Instant.MIN);

    static Standing good(OAuthGrant grant, Instant now) {
        return new Standing(Optional.of(grant), null, now, now);
    }

    static Standing troubled(Optional<OAuthGrant> grant, Unavailable trouble, Instant now) {
        Duration asked = trouble.retryAfter().orElse(SHORTEST_PAUSE);
        Duration wait = asked.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : asked;
        return new Standing(grant, trouble, now, now.plus(wait));
    }

    /** The token to send with, while it lives. */
    Optional<AccessToken> usable(Instant now) {
        return grant.filter(held -> !GrantRules.isExpired(held, now)).map(GrantRules::token);
    }

    /** Nothing is to be done: the token is good for long. */
    boolean isFresh(Instant now, Optional<AccessToken> refused) {
        return grant.filter(held -> !GrantRules.isExpired(held, now) && !GrantRules.isAging(held, now))
                .filter(held -> !Optional.of(GrantRules.token(held)).equals(refused))
                .isPresent();
    }

    /** Returns whether it is too early for another renewal. After a clock was set back, nothing waits. */
    boolean isWaiting(Instant now) {
        return trouble == null
                ? grant.filter(held -> isYoung(held, now)).isPresent()
                : !now.isBefore(attempted) && now.isBefore(again);
    }

    private static boolean isYoung(OAuthGrant held, Instant now) {
        return !now.isBefore(held.issuedAt()) && now.isBefore(held.issuedAt().plus(SHORTEST_PAUSE));
    }

    /** Refused although it has just come: its age is not what is wrong with it. */
    boolean isTooYoung(AccessToken refused, Instant now) {
        return grant.filter(held -> GrantRules.token(held).equals(refused))
                .filter(held -> isYoung(held, now))
                .isPresent();
    }

    /** Returns whether the token expires before another one may be asked for. */
    boolean isShortLived() {
        return grant.filter(held -> GrantRules.life(held).compareTo(SHORTEST_PAUSE) < 0)
                .isPresent();
    }

    /** Without a token: the trouble, and how long it still lasts. */
    TokenResult pause(Instant now) {
        if (trouble == null) {
            return withoutTrouble(now);
        }
        Duration wait = isWaiting(now) ? Duration.between(now, again) : Duration.ZERO;
        return new Unavailable(
                trouble.reason(), Optional.of(wait).filter(left -> !left.isZero()), trouble.needsOperator());
    }

    private Unavailable withoutTrouble(Instant now) {
        if (!isShortLived()) {
            return new Unavailable(
                    "The new access token expired before it was used: does this machine's clock run?",
                    Optional.of(SHORTEST_PAUSE),
                    true);
        }
        Instant next = grant.map(OAuthGrant::issuedAt).orElse(now).plus(SHORTEST_PAUSE);
        Duration wait = isWaiting(now) ? Duration.between(now, next) : SHORTEST_PAUSE;
        return new Unavailable(
                "The access token lived for less than a minute, and the next renewal is a minute after the last one.",
                Optional.of(wait),
                false);
    }
}
