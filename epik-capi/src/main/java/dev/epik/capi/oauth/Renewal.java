// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import dev.epik.capi.AccessToken;
import dev.epik.capi.TokenSource.Unavailable;
import dev.epik.capi.oauth.spi.OAuthGrant;
import dev.epik.capi.oauth.spi.TokenStore;
import dev.epik.capi.oauth.spi.TokenStoreException;
import dev.epik.capi.pinterest.TokenEndpoint;
import dev.epik.capi.pinterest.TokenReply;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Renews a grant under the lock of its store, in an order that loses no refresh token. It first uses a grant that an
 * earlier attempt or a crash has left, then one that another process has stored. Only then it asks Pinterest. No grant
 * is used before it is stored.
 *
 * <p>Not thread-safe.
 */
final class Renewal {
    private static final String RECONNECT = "Connect again: open the page of OAuthApp.authorizeUrl, agree, and pass the"
            + " returned code to OAuthTokens.connect.";

    private final TokenEndpoint endpoint;
    private final TokenStore store;
    private final Clock clock;
    private final RenewalCrashPoint.Listener crashPoints;

    /** A grant that could not be stored. It is valid while the store holds the same grant as then. */
    private record Unsaved(Optional<OAuthGrant> stored, OAuthGrant grant) {}

    private @Nullable Unsaved unsaved;

    /** The refresh token that Pinterest has rejected. It is not sent again. */
    private Optional<String> spent = Optional.empty();

    private String spentReason = "";

    Renewal(TokenEndpoint endpoint, TokenStore store, Clock clock, RenewalCrashPoint.Listener crashPoints) {
        this.endpoint = endpoint;
        this.store = store;
        this.clock = clock;
        this.crashPoints = crashPoints;
    }

    /**
     * Returns the state after a renewal, if one is due.
     *
     * @param refused an access token that Pinterest did not accept; the state has another one
     */
    TokenState renew(TokenState known, Optional<AccessToken> refused) throws InterruptedException {
        Optional<OAuthGrant> stored = known.grant();
        try (TokenStore.Lease lease = store.lock()) {
            stored = lease.load();
            Optional<OAuthGrant> left = recover(lease, stored);
            if (left.isPresent()) {
                save(lease, stored, left.get());
                return storedState(left.get());
            }
            if (stored.isEmpty()) {
                return failure(stored, "Pinterest is not connected yet. " + RECONNECT, true);
            }
            TokenState found = TokenState.good(stored.get(), clock.instant());
            if (found.isFresh(clock.instant(), refused) || found.isBackingOff(clock.instant())) {
                return storedState(stored.get()); // another process has renewed it
            }
            return requestRenewal(lease, stored.get());
        } catch (TokenStoreException e) {
            return failure(stored, e.getMessage(), e.needsOperator());
        }
    }

    /** Stores the first grant for a code, in place of any other. */
    TokenState connect(TokenState known, String code, String redirectUri) throws InterruptedException {
        Optional<OAuthGrant> stored = known.grant();
        try (TokenStore.Lease lease = store.lock()) {
            stored = lease.load(); // before the code is used, so that a damaged store does not waste it
            Instant asked = clock.instant();
            TokenReply reply = endpoint.exchange(code, redirectUri, body(lease, false, stored, asked));
            crashPoints.reached(RenewalCrashPoint.READ);
            if (reply instanceof TokenReply.Spent used) {
                return failure(stored, used.reason() + " A code works once and expires soon. " + RECONNECT, true);
            }
            return storeReply(lease, stored, reply, asked, Optional.empty());
        } catch (TokenStoreException e) {
            return failure(stored, e.getMessage(), e.needsOperator());
        }
    }

    private TokenState requestRenewal(TokenStore.Lease lease, OAuthGrant old)
            throws InterruptedException, TokenStoreException {
        Optional<OAuthGrant> stored = Optional.of(old);
        Instant asked = clock.instant();
        if (GrantRules.isBeyondRenewal(old, asked)) {
            String since =
                    "The refresh token expired at " + old.refreshExpiresAt().orElse(asked) + ". ";
            return failure(stored, since + RECONNECT, true);
        }
        if (spent.equals(Optional.of(old.refreshToken()))) {
            return failure(stored, spentReason, true);
        }
        TokenReply reply = endpoint.refresh(old.refreshToken(), body(lease, true, stored, asked));
        crashPoints.reached(RenewalCrashPoint.READ);
        if (reply instanceof TokenReply.Spent used) {
            spent = Optional.of(old.refreshToken());
            spentReason = used.reason() + " The refresh token is used up or revoked. " + RECONNECT;
            return failure(stored, spentReason, true);
        }
        return storeReply(lease, stored, reply, asked, stored);
    }

    /** @param before the earlier grant, if the answer may omit the refresh token */
    private TokenState storeReply(
            TokenStore.Lease lease,
            Optional<OAuthGrant> stored,
            TokenReply reply,
            Instant asked,
            Optional<OAuthGrant> before)
            throws TokenStoreException {
        if (reply instanceof TokenReply.Failed failed) {
            return TokenState.failed(stored, withContext(failed.pause()), clock.instant());
        }
        Optional<OAuthGrant> grant = reply instanceof TokenReply.Granted granted
                ? GrantRules.grant(granted, asked, before)
                : Optional.empty();
        if (grant.isEmpty()) {
            return failure(
                    stored, "Pinterest sent no refresh token. Is the app allowed to have one? " + RECONNECT, true);
        }
        save(lease, stored, grant.get());
        return storedState(grant.get());
    }

    /**
     * Stores the grant before anything else: the old refresh token may be invalid by now, and this one is the only
     * copy.
     */
    private void save(TokenStore.Lease lease, Optional<OAuthGrant> stored, OAuthGrant grant)
            throws TokenStoreException {
        unsaved = new Unsaved(stored, grant);
        lease.save(grant);
        unsaved = null;
        journal(lease).ifPresent(PendingGrantFile::clear);
    }

    private Optional<OAuthGrant> recover(TokenStore.Lease lease, Optional<OAuthGrant> stored) {
        Unsaved own = unsaved;
        if (own != null && own.stored.equals(stored)) {
            return Optional.of(own.grant);
        }
        unsaved = null; // another process has stored a newer one since
        return journal(lease).flatMap(journal -> journal.recover(stored));
    }

    private Optional<PendingGrantFile> journal(TokenStore.Lease lease) {
        return lease.journal().map(file -> new PendingGrantFile(file, crashPoints));
    }

    private Supplier<BodySubscriber<String>> body(
            TokenStore.Lease lease, boolean refresh, Optional<OAuthGrant> stored, Instant asked)
            throws TokenStoreException {
        Optional<PendingGrantFile> journal = journal(lease);
        if (journal.isEmpty()) {
            return () -> BodySubscribers.ofString(StandardCharsets.UTF_8);
        }
        journal.get().begin(refresh, stored, asked);
        return journal.get()::body;
    }

    private TokenState storedState(OAuthGrant grant) {
        crashPoints.reached(RenewalCrashPoint.STORED);
        return TokenState.good(grant, clock.instant());
    }

    private TokenState failure(Optional<OAuthGrant> stored, String reason, boolean needsOperator) {
        return TokenState.failed(
                stored, withContext(new Unavailable(reason, Optional.empty(), needsOperator)), clock.instant());
    }

    private static Unavailable withContext(Unavailable pause) {
        return new Unavailable(
                "There is no new access token. " + pause.reason(), pause.retryAfter(), pause.needsOperator());
    }
}
