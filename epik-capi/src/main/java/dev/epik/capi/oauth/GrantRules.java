// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import dev.epik.capi.AccessToken;
import dev.epik.capi.oauth.spi.OAuthGrant;
import dev.epik.capi.pinterest.TokenReply;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Decides what an answer grants and when a grant has to be renewed. Pure functions. */
final class GrantRules {
    private GrantRules() {}

    /**
     * Returns the grant of an answer; empty if there is no refresh token.
     *
     * @param before the earlier grant, if the answer may omit the refresh token
     */
    static Optional<OAuthGrant> grant(TokenReply.Granted reply, Instant requestedAt, Optional<OAuthGrant> before) {
        Optional<String> refresh = reply.refreshToken().or(() -> before.map(OAuthGrant::refreshToken));
        Optional<Instant> stated = reply.refreshLife().map(requestedAt::plus).or(reply::refreshExpiresAt);
        Optional<Instant> until = reply.refreshToken().isPresent()
                ? stated
                : stated.or(() -> before.flatMap(OAuthGrant::refreshExpiresAt));
        return refresh.map(token ->
                new OAuthGrant(reply.accessToken(), requestedAt, requestedAt.plus(reply.life()), token, until));
    }

    static AccessToken token(OAuthGrant grant) {
        return AccessToken.of(grant.accessToken());
    }

    static boolean isExpired(OAuthGrant grant, Instant now) {
        return !now.isBefore(grant.expiresAt());
    }

    static Duration life(OAuthGrant grant) {
        return Duration.between(grant.issuedAt(), grant.expiresAt());
    }

    /** Returns whether at most a third of its life is left. For a token of 30 days that leaves days for retries. */
    static boolean isAging(OAuthGrant grant, Instant now) {
        return Duration.between(now, grant.expiresAt()).multipliedBy(3).compareTo(life(grant)) <= 0;
    }

    /** Returns whether the refresh token has expired. */
    static boolean isBeyondRenewal(OAuthGrant grant, Instant now) {
        return grant.refreshExpiresAt().filter(end -> !now.isBefore(end)).isPresent();
    }
}
