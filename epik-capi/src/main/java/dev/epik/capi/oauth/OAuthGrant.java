// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import dev.epik.capi.EpikException;
import dev.epik.capi.pinterest.AccessToken;
import dev.epik.capi.pinterest.TokenReply;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What a {@link TokenStore} keeps. The tokens are in clear, for stores alone: it shows only its times. These are whole
 * milliseconds.
 *
 * @param issuedAt by this machine's clock, when it was asked for
 * @param refreshExpiresAt empty where Pinterest did not say
 */
public record OAuthGrant(
        String accessToken,
        Instant issuedAt,
        Instant expiresAt,
        String refreshToken,
        Optional<Instant> refreshExpiresAt) {
    public OAuthGrant {
        if (!accessToken.matches("[!-~]+") || !refreshToken.matches("[!-~]+")) {
            throw new EpikException("A token of the grant is none: it is empty, or has characters that no token has");
        }
        issuedAt = issuedAt.truncatedTo(ChronoUnit.MILLIS);
        expiresAt = expiresAt.truncatedTo(ChronoUnit.MILLIS);
        refreshExpiresAt = refreshExpiresAt.map(instant -> instant.truncatedTo(ChronoUnit.MILLIS));
    }

    /**
     * Empty where there is no refresh token.
     *
     * @param before where the answer may leave the refresh token out
     */
    static Optional<OAuthGrant> of(TokenReply.Granted reply, Instant asked, Optional<OAuthGrant> before) {
        Optional<String> refresh = reply.refreshToken().or(() -> before.map(OAuthGrant::refreshToken));
        Optional<Instant> told = reply.refreshLife().map(asked::plus).or(reply::refreshExpiresAt);
        Optional<Instant> until =
                reply.refreshToken().isPresent() ? told : told.or(() -> before.flatMap(OAuthGrant::refreshExpiresAt));
        return refresh.map(token -> new OAuthGrant(reply.accessToken(), asked, asked.plus(reply.life()), token, until));
    }

    AccessToken token() {
        return AccessToken.of(accessToken);
    }

    boolean isExpired(Instant now) {
        return !now.isBefore(expiresAt);
    }

    Duration life() {
        return Duration.between(issuedAt, expiresAt);
    }

    /** A third of its life is left, or less: time enough to try again for days before it hurts. */
    boolean isAging(Instant now) {
        return Duration.between(now, expiresAt).multipliedBy(3).compareTo(life()) <= 0;
    }

    boolean isBeyondRenewal(Instant now) {
        return refreshExpiresAt.filter(end -> !now.isBefore(end)).isPresent();
    }

    @Override
    public String toString() {
        return "OAuthGrant[redacted, until " + expiresAt + "]";
    }
}
