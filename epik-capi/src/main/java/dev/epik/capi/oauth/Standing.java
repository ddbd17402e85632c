// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import dev.epik.capi.pinterest.AccessToken;
import dev.epik.capi.pinterest.Reply;
import dev.epik.capi.pinterest.TokenOrPause;
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
record Standing(Optional<OAuthGrant> grant, Reply.@Nullable Pause trouble, Instant attempted, Instant again) {
    /** Between two attempts, so that neither a busy shop nor a 401 without end becomes a storm. */
    static final Duration SHORTEST_PAUSE = Duration.ofMinutes(1);

    static final Standing UNKNOWN = new Standing(Optional.empty(), null, Instant.MIN, Instant.MIN);

    static Standing good(OAuthGrant grant, Instant now) {
        return new Standing(Optional.of(grant), null, now, now);
    }

    static Standing troubled(Optional<OAuthGrant> grant, Reply.Pause trouble, Instant now) {
        Duration asked = trouble.retryAfter().orElse(SHORTEST_PAUSE);
        Duration wait = asked.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : asked;
        return new Standing(grant, trouble, now, now.plus(wait));
    }

    /** The token to send with, while it lives. */
    Optional<AccessToken> usable(Instant now) {
        return grant.filter(held -> !held.isExpired(now)).map(OAuthGrant::token);
    }

    /** Nothing is to be done: the token is good for long. */
    boolean isFresh(Instant now, Optional<AccessToken> refused) {
        return grant.filter(held -> !held.isExpired(now) && !held.isAging(now))
                .filter(held -> !Optional.of(held.token()).equals(refused))
                .isPresent();
    }

    /** Too early for another attempt. A clock that was set back behind the last one waits for nothing. */
    boolean isWaiting(Instant now) {
        return trouble != null && !now.isBefore(attempted) && now.isBefore(again);
    }

    /** Refused although it has just come: its age is not what is wrong with it. */
    boolean isTooYoung(AccessToken refused, Instant now) {
        return grant.filter(held -> held.token().equals(refused))
                .filter(held -> !now.isBefore(held.issuedAt())
                        && now.isBefore(held.issuedAt().plus(SHORTEST_PAUSE)))
                .isPresent();
    }

    /** Without a token: the trouble, and how long it still lasts. */
    TokenOrPause pause(Instant now) {
        if (trouble == null) {
            return new Reply.Pause(
                    "The new access token expired before it was used: does this machine's clock run?",
                    Optional.of(SHORTEST_PAUSE),
                    true);
        }
        Duration wait = isWaiting(now) ? Duration.between(now, again) : Duration.ZERO;
        return new Reply.Pause(
                trouble.reason(), Optional.of(wait).filter(left -> !left.isZero()), trouble.needsPeople());
    }
}
