// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import dev.epik.capi.AccessToken;
import dev.epik.capi.EpikClient;
import dev.epik.capi.TokenSource;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.TokenSource.Unavailable;
import dev.epik.capi.oauth.spi.OAuthGrant;
import dev.epik.capi.oauth.spi.TokenStore;
import dev.epik.capi.pinterest.TokenEndpoint;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A token source that gets access tokens by OAuth, for an app that a person has agreed to, and renews them by itself.
 *
 * <pre>{@code
 * OAuthTokens tokens = OAuthTokens.builder(app, FileTokenStore.of(file)).open();
 * // once, on an admin page: redirect to app.authorizeUrl(redirectUri, state); then, at the redirect URI:
 * tokens.connect(code, redirectUri);
 * // from then on
 * AdAccount account = AdAccount.of("549755885175", tokens);
 * }</pre>
 *
 * <p><b>When it renews.</b> In the background, as soon as a third of the access token's life is left. No caller waits
 * for that, and while it fails the old token stays in use. Callers wait only if there is no valid token, and after a
 * 401. At most one thread renews, in this process and in all processes that share the store. Renewals are at least a
 * minute apart, after a success and after a failure. A token that lives for less than a minute is used until it
 * expires; then events wait for the rest of the minute.
 *
 * <p><b>Failures</b> are returned as {@link Unavailable}, with the cure, and logged once.
 *
 * <p><b>Threads.</b> Thread-safe. It has one daemon thread while it renews. An interrupt of a caller does not end a
 * renewal, because the answer may hold the only copy of a refresh token.
 *
 * <p><b>Lifetime.</b> One for the application. Close it after the clients that use it. It does not close the store.
 *
 * <p><b>In a crash</b> the grant is as safe as the {@link TokenStore} documents.
 */
public final class OAuthTokens implements TokenSource, AutoCloseable {
    private static final Logger LOG = System.getLogger(OAuthTokens.class.getName());

    private final Clock clock;
    private final TokenEndpoint endpoint;
    private final Renewal renewal;
    private final ReentrantLock renewalLock = new ReentrantLock();
    private final ThreadPoolExecutor worker =
            new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), OAuthTokens::thread);

    /** The current or last renewal. Written under {@link #renewalLock}. */
    volatile CompletableFuture<TokenState> latestRenewal = CompletableFuture.completedFuture(TokenState.UNKNOWN);

    /** Written by the worker only. */
    private volatile TokenState state = TokenState.UNKNOWN;

    private OAuthTokens(Builder options) {
        this.clock = options.clock;
        this.endpoint =
                new TokenEndpoint(options.baseUrl, options.app.clientId(), options.app.clientSecret(), options.http);
        this.renewal = new Renewal(endpoint, options.store, clock, options.crashPoints);
    }

    /**
     * Returns a builder.
     *
     * @param app the shop's app at Pinterest; not null
     * @param store keeps the grant, and stays the caller's to close; not null
     */
    public static Builder builder(OAuthApp app, TokenStore store) {
        return new Builder(app, store);
    }

    /** Returns the access token. Waits for a renewal only if there is no valid token. */
    @Override
    public TokenResult token() throws InterruptedException {
        TokenState known = state;
        Instant now = clock.instant();
        Optional<AccessToken> token = known.validToken(now);
        boolean due = !known.isFresh(now, Optional.empty()) && !known.isBackingOff(now);
        if (token.isPresent()) {
            if (due) {
                var unused = renewal(Optional.empty()); // in the background
            }
            return token.get();
        }
        return tokenOf(due ? renew(Optional.empty()) : known);
    }

    /** Renews the token after a 401, unless that was done less than a minute ago, and waits for it. */
    @Override
    public TokenResult renewed(AccessToken refused) throws InterruptedException {
        TokenState known = state;
        if (known.wasJustIssued(refused, clock.instant())) {
            return refused;
        }
        boolean due = !known.isFresh(clock.instant(), Optional.of(refused)) && !known.isBackingOff(clock.instant());
        TokenState next = due ? renew(Optional.of(refused)) : known;
        TokenResult token = tokenOf(next);
        return token.equals(refused) && next.failure() != null ? next.unavailable(clock.instant()) : token;
    }

    /**
     * Exchanges the code that the browser brought back from Pinterest for a grant, and stores the grant. An earlier
     * grant is replaced.
     *
     * @param redirectUri exactly the one that was given to {@link OAuthApp#authorizeUrl}
     * @return the first access token, or the failure, in words for the person at the browser
     * @throws InterruptedException if this thread is interrupted while it waits; the exchange goes on
     */
    public TokenResult connect(String code, String redirectUri) throws InterruptedException {
        if (code.isBlank()) {
            return Unavailable.needsOperator("There is no code. Did the person decline?");
        }
        TokenState connected = await(submit(() -> renewal.connect(state, code, redirectUri)));
        Unavailable refused =
                connected.failure(); // an older grant may still be valid, but the caller wants to know about this one
        return refused == null ? tokenOf(connected) : refused;
    }

    /**
     * Waits for a running renewal for at most two minutes, and ends the threads. Never throws. A second call has no
     * effect.
     */
    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(2, TimeUnit.MINUTES)) {
                LOG.log(Level.WARNING, "Closed while a renewal of the Pinterest access token was still running");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        endpoint.close();
    }

    /**
     * Renews and waits. Renews a second time if the first renewal found only a grant that a crash had left and that has
     * expired, or joined one that did not know of the refused token.
     */
    private TokenState renew(Optional<AccessToken> refused) throws InterruptedException {
        TokenState next = await(renewal(refused));
        Optional<AccessToken> token = next.validToken(clock.instant());
        boolean done = next.failure() != null || (token.isPresent() && !token.equals(refused));
        return done ? next : await(renewal(refused));
    }

    /** Joins the running renewal, or starts one. */
    private CompletableFuture<TokenState> renewal(Optional<AccessToken> refused) {
        renewalLock.lock();
        try {
            if (latestRenewal.isDone()) {
                latestRenewal = submit(() -> {
                    TokenState known = state; // another caller may have renewed it
                    boolean isDone = known.isFresh(clock.instant(), refused) || known.isBackingOff(clock.instant());
                    return isDone ? known : renewal.renew(known, refused);
                });
            }
            return latestRenewal;
        } finally {
            renewalLock.unlock();
        }
    }

    /** A renewal or a connect. */
    @FunctionalInterface
    private interface Work {
        TokenState run() throws InterruptedException;
    }

    private CompletableFuture<TokenState> submit(Work work) {
        CompletableFuture<TokenState> done = new CompletableFuture<>();
        try {
            worker.execute(() -> done.complete(publish(contained(work))));
        } catch (RejectedExecutionException e) {
            done.complete(failed("OAuthTokens is closed: close it after the clients that use it"));
        }
        return done;
    }

    private TokenState contained(Work work) {
        try {
            return work.run();
        } catch (InterruptedException e) { // a store that is not ours may interrupt its caller
            return failed("The renewal was interrupted");
        } catch (RuntimeException | Error e) { // callers wait for a result
            // Only the type: the message of a store that is not ours may quote a token.
            return failed("Internal error while renewing the access token: "
                    + e.getClass().getName());
        }
    }

    private TokenState failed(String reason) {
        Unavailable pause = Unavailable.needsOperator(reason + ".");
        return TokenState.failed(state.grant(), pause, clock.instant());
    }

    private TokenState publish(TokenState next) {
        TokenState before = state;
        state = next;
        Unavailable failure = next.failure();
        if (failure == null && !next.grant().equals(before.grant())) {
            LOG.log(
                    Level.INFO,
                    "The Pinterest access token is valid until {0}",
                    next.grant().get().expiresAt());
            if (next.isShortLived() && !before.isShortLived()) {
                LOG.log(
                        Level.WARNING,
                        "The Pinterest access token is valid for {0} s only. It is renewed at most once a minute, so"
                                + " events wait after it has expired: ask Pinterest for the reason",
                        GrantRules.life(next.grant().get()).toSeconds());
            }
        } else if (failure != null && !reason(before).equals(failure.reason())) {
            String until = next.validToken(clock.instant()).isPresent()
                    ? "The old token is used until it expires."
                    : "Events wait.";
            LOG.log(failure.needsOperator() ? Level.ERROR : Level.WARNING, "{0} {1}", failure.reason(), until);
        }
        return next;
    }

    private static String reason(TokenState state) {
        Unavailable failure = state.failure();
        return failure == null ? "" : failure.reason();
    }

    private TokenResult tokenOf(TokenState known) {
        Optional<AccessToken> token = known.validToken(clock.instant());
        return token.isPresent() ? token.get() : known.unavailable(clock.instant());
    }

    private static TokenState await(CompletableFuture<TokenState> renewal) throws InterruptedException {
        try {
            return renewal.get();
        } catch (ExecutionException e) { // cannot happen: the future never completes exceptionally
            throw new IllegalStateException(e);
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "epik-oauth");
        thread.setDaemon(true);
        return thread;
    }

    /** Returns when the access token expires, and no token. */
    @Override
    public String toString() {
        return "OAuthTokens[" + state.grant().map(OAuthGrant::toString).orElse("none") + "]";
    }

    /** Collects the settings. No parameter may be null. Not thread-safe. */
    public static final class Builder {
        private final OAuthApp app;
        private final TokenStore store;
        private URI baseUrl = EpikClient.PRODUCTION;
        private @Nullable Supplier<HttpClient> http;
        private Clock clock = Clock.systemUTC();
        private RenewalCrashPoint.Listener crashPoints = RenewalCrashPoint.Listener.NONE;

        private Builder(OAuthApp app, TokenStore store) {
            this.app = app;
            this.store = store;
        }

        /**
         * Sets the address of the API; that of Pinterest by default. In tests, the address of a {@code FakePinterest}.
         * It must be https, or a loopback address.
         */
        public Builder baseUrl(URI url) {
            this.baseUrl = Objects.requireNonNull(url, "baseUrl");
            return this;
        }

        /**
         * Sets the factory of the HTTP client, for a proxy or a company's own certificates; by default the client is
         * made here. The factory is called again if a client stops working, so it must return a new client each time.
         * The caller closes the clients.
         */
        public Builder httpClient(Supplier<HttpClient> factory) {
            this.http = Objects.requireNonNull(factory, "httpClient");
            return this;
        }

        /** Sets the clock by which tokens expire; the system clock by default. Tests set another one. */
        public Builder clock(Clock theClock) {
            this.clock = Objects.requireNonNull(theClock, "clock");
            return this;
        }

        Builder crashPoints(RenewalCrashPoint.Listener listener) {
            this.crashPoints = listener;
            return this;
        }

        /**
         * Opens the token source. The store is not read yet, so a damaged store pauses delivery and does not keep the
         * shop from starting.
         *
         * @throws dev.epik.capi.EpikException if the address would send the client secret unencrypted, or if the HTTP
         *     client follows redirects
         */
        public OAuthTokens open() {
            return new OAuthTokens(this);
        }
    }
}
