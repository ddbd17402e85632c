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
 * What is done under the store's lock, in an order that loses no refresh token: first what an earlier attempt or a crash
 * left, then what another process has stored, and only then Pinterest; and nothing is used before it is stored.
 *
 * <p>Not for several threads.
 */
final class Renewal {
    private static final String RECONNECT = "Connect again: open the page of OAuthApp.authorizeUrl, agree, and pass the"
            + " code that comes back to OAuthTokens.connect.";

    private final TokenEndpoint endpoint;
    private final TokenStore store;
    private final Clock clock;
    private final Step.Listener steps;

    /** A grant that could not be saved. It counts while the store holds what it held then. */
    private record Unsaved(Optional<OAuthGrant> stored, OAuthGrant grant) {}

    private @Nullable Unsaved unsaved;

    /** What Pinterest has called spent; it is not asked for it again. */
    private Optional<String> spent = Optional.empty();

    private String spentReason = "";

    Renewal(TokenEndpoint endpoint, TokenStore store, Clock clock, Step.Listener steps) {
        this.endpoint = endpoint;
        this.store = store;
        this.clock = clock;
        this.steps = steps;
    }

    /** @param refused a token that must not come back */
    Standing renew(Standing known, Optional<AccessToken> refused) throws InterruptedException {
        Optional<OAuthGrant> stored = known.grant();
        try (TokenStore.Lease lease = store.lock()) {
            stored = lease.load();
            Optional<OAuthGrant> left = leftBehind(lease, stored);
            if (left.isPresent()) {
                save(lease, stored, left.get());
                return inUse(left.get());
            }
            if (stored.isEmpty()) {
                return trouble(stored, "Nobody has connected Pinterest yet. " + RECONNECT, true);
            }
            Standing found = Standing.good(stored.get(), clock.instant());
            if (found.isFresh(clock.instant(), refused) || found.isWaiting(clock.instant())) {
                return inUse(stored.get()); // another process was quicker
            }
            return ask(lease, stored.get());
        } catch (TokenStoreException trouble) {
            return trouble(stored, trouble.getMessage(), trouble.needsOperator());
        }
    }

    Standing connect(Standing known, String code, String redirectUri) throws InterruptedException {
        Optional<OAuthGrant> stored = known.grant();
        try (TokenStore.Lease lease = store.lock()) {
            stored = lease.load(); // a damaged store is found before the code is spent
            Instant asked = clock.instant();
            TokenReply reply = endpoint.exchange(code, redirectUri, body(lease, false, stored, asked));
            steps.reached(Step.READ);
            if (reply instanceof TokenReply.Spent gone) {
                return trouble(stored, gone.reason() + " The code works once and not for long. " + RECONNECT, true);
            }
            return keep(lease, stored, reply, asked, Optional.empty());
        } catch (TokenStoreException trouble) {
            return trouble(stored, trouble.getMessage(), trouble.needsOperator());
        }
    }

    private Standing ask(TokenStore.Lease lease, OAuthGrant old) throws InterruptedException, TokenStoreException {
        Optional<OAuthGrant> stored = Optional.of(old);
        Instant asked = clock.instant();
        if (GrantRules.isBeyondRenewal(old, asked)) {
            String since =
                    "The refresh token expired at " + old.refreshExpiresAt().orElse(asked) + ". ";
            return trouble(stored, since + RECONNECT, true);
        }
        if (spent.equals(Optional.of(old.refreshToken()))) {
            return trouble(stored, spentReason, true);
        }
        TokenReply reply = endpoint.refresh(old.refreshToken(), body(lease, true, stored, asked));
        steps.reached(Step.READ);
        if (reply instanceof TokenReply.Spent gone) {
            spent = Optional.of(old.refreshToken());
            spentReason = gone.reason() + " The refresh token is used up or revoked. " + RECONNECT;
            return trouble(stored, spentReason, true);
        }
        return keep(lease, stored, reply, asked, stored);
    }

    /** @param before where the answer may leave the refresh token out */
    private Standing keep(
            TokenStore.Lease lease,
            Optional<OAuthGrant> stored,
            TokenReply reply,
            Instant asked,
            Optional<OAuthGrant> before)
            throws TokenStoreException {
        if (reply instanceof TokenReply.Trouble trouble) {
            return Standing.troubled(stored, told(trouble.pause()), clock.instant());
        }
        Optional<OAuthGrant> grant = reply instanceof TokenReply.Granted granted
                ? GrantRules.grant(granted, asked, before)
                : Optional.empty();
        if (grant.isEmpty()) {
            return trouble(stored, "Pinterest gave no refresh token: has the app the right to one? " + RECONNECT, true);
        }
        save(lease, stored, grant.get());
        return inUse(grant.get());
    }

    /** The rule of rotation: from here on the old refresh token may be dead, and only this order keeps the new one. */
    private void save(TokenStore.Lease lease, Optional<OAuthGrant> stored, OAuthGrant grant)
            throws TokenStoreException {
        unsaved = new Unsaved(stored, grant);
        lease.save(grant);
        unsaved = null;
        journal(lease).ifPresent(Journal::clear);
    }

    private Optional<OAuthGrant> leftBehind(TokenStore.Lease lease, Optional<OAuthGrant> stored) {
        Unsaved mine = unsaved;
        if (mine != null && mine.stored.equals(stored)) {
            return Optional.of(mine.grant);
        }
        unsaved = null; // somebody has stored another since: that one is newer
        return journal(lease).flatMap(journal -> journal.leftBehind(stored));
    }

    private Optional<Journal> journal(TokenStore.Lease lease) {
        return lease.journal().map(file -> new Journal(file, steps));
    }

    private Supplier<BodySubscriber<String>> body(
            TokenStore.Lease lease, boolean refresh, Optional<OAuthGrant> stored, Instant asked)
            throws TokenStoreException {
        Optional<Journal> journal = journal(lease);
        if (journal.isEmpty()) {
            return () -> BodySubscribers.ofString(StandardCharsets.UTF_8);
        }
        journal.get().begin(refresh, stored, asked);
        return journal.get()::body;
    }

    private Standing inUse(OAuthGrant grant) {
        steps.reached(Step.STORED);
        return Standing.good(grant, clock.instant());
    }

    private Standing trouble(Optional<OAuthGrant> stored, String reason, boolean needsOperator) {
        return Standing.troubled(
                stored, told(new Unavailable(reason, Optional.empty(), needsOperator)), clock.instant());
    }

    private static Unavailable told(Unavailable pause) {
        return new Unavailable(
                "There is no new access token. " + pause.reason(), pause.retryAfter(), pause.needsOperator());
    }
}
