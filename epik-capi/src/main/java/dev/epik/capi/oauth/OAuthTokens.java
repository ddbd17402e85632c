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
 * Access tokens of an app that somebody agreed to, renewed by themselves.
 *
 * <pre>{@code
 * OAuthTokens tokens = OAuthTokens.builder(app, FileTokenStore.at(file)).open();
 * // once, on a page for the shop's admin: redirect to app.authorizeUrl(redirectUri, state), and where the browser comes back
 * tokens.connect(code, redirectUri);
 * // from then on
 * AdAccount account = AdAccount.of("549755885175", tokens);
 * }</pre>
 *
 * <p><b>When.</b> In the background, as soon as a third of the access token's life is left; nobody waits for that, and while
 * it fails the old token goes on being used. Callers wait only where there is no living token, and after a 401. However
 * many ask, one renews, here and in all processes that share the store. Renewals are at least a minute apart, after
 * success as after failure. A token that lives for less than a minute is used until it expires; then events wait for
 * the rest of the minute.
 *
 * <p><b>Trouble</b> is a {@link Unavailable}: what has to be done, and whether by people. It is logged once.
 *
 * <p><b>Lifetime.</b> One for the application, closed after the clients that use it. Safe for many threads. It has one daemon
 * thread while it renews, which no interrupt of a caller cuts short: an answer thrown away may be the only copy of a refresh
 * token.
 *
 * <p><b>In a crash</b> it is as safe as the {@link TokenStore} says.
 */
public final class OAuthTokens implements TokenSource, AutoCloseable {
    private static final Logger LOG = System.getLogger(OAuthTokens.class.getName());

    private final Clock clock;
    private final TokenEndpoint endpoint;
    private final Renewal renewal;
    private final ReentrantLock flight = new ReentrantLock();
    private final ThreadPoolExecutor worker =
            new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), OAuthTokens::thread);

    /** The renewal that runs, or ran last. Written under {@link #flight}. */
    private volatile CompletableFuture<Standing> latest = CompletableFuture.completedFuture(Standing.UNKNOWN);

    /** Written by the worker alone. */
    private volatile Standing standing = Standing.UNKNOWN;

    private OAuthTokens(Builder options) {
        this.clock = options.clock;
        this.endpoint =
                new TokenEndpoint(options.baseUrl, options.app.clientId(), options.app.clientSecret(), options.http);
        this.renewal = new Renewal(endpoint, options.store, clock, options.steps);
    }

    public static Builder builder(OAuthApp app, TokenStore store) {
        return new Builder(app, store);
    }

    @Override
    public TokenResult token() throws InterruptedException {
        Standing known = standing;
        Instant now = clock.instant();
        Optional<AccessToken> usable = known.usable(now);
        boolean due = !known.isFresh(now, Optional.empty()) && !known.isWaiting(now);
        if (usable.isPresent()) {
            if (due) {
                var unused = renewal(Optional.empty()); // nobody waits for it
            }
            return usable.get();
        }
        return tokenOf(due ? renew(Optional.empty()) : known);
    }

    @Override
    public TokenResult renewed(AccessToken refused) throws InterruptedException {
        Standing known = standing;
        if (known.isTooYoung(refused, clock.instant())) {
            return refused;
        }
        boolean due = !known.isFresh(clock.instant(), Optional.of(refused)) && !known.isWaiting(clock.instant());
        Standing next = due ? renew(Optional.of(refused)) : known;
        TokenResult token = tokenOf(next);
        return token.equals(refused) && next.trouble() != null ? next.pause(clock.instant()) : token;
    }

    /**
     * Takes the code that Pinterest sent the browser back with, and stores what it is worth. What was connected before is
     * replaced.
     *
     * @param redirectUri letter by letter the one given to {@link OAuthApp#authorizeUrl}
     * @return the first access token, or what went wrong, in words for the person at the browser
     */
    public TokenResult connect(String code, String redirectUri) throws InterruptedException {
        if (code.isBlank()) {
            return new Unavailable("There is no code: did the person decline?", Optional.empty(), true);
        }
        Standing connected = await(submit(() -> renewal.connect(standing, code, redirectUri)));
        Unavailable refused = connected.trouble(); // an older grant may still be good: that is not what was asked
        return refused == null ? tokenOf(connected) : refused;
    }

    /** Waits for a renewal under way, two minutes at most, and ends its threads. */
    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(2, TimeUnit.MINUTES)) {
                LOG.log(Level.WARNING, "Closed while a renewal of Pinterest's access token hung");
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        endpoint.close();
    }

    /** Twice where the first found only what a crash had left, expired since, or knew nothing of the refused token. */
    private Standing renew(Optional<AccessToken> refused) throws InterruptedException {
        Standing next = await(renewal(refused));
        Optional<AccessToken> usable = next.usable(clock.instant());
        boolean done = next.trouble() != null || (usable.isPresent() && !usable.equals(refused));
        return done ? next : await(renewal(refused));
    }

    /** Joins the renewal that runs, else starts one. */
    private CompletableFuture<Standing> renewal(Optional<AccessToken> refused) {
        flight.lock();
        try {
            if (latest.isDone()) {
                latest = submit(() -> {
                    Standing known = standing; // somebody may have been quicker
                    boolean settled = known.isFresh(clock.instant(), refused) || known.isWaiting(clock.instant());
                    return settled ? known : renewal.renew(known, refused);
                });
            }
            return latest;
        } finally {
            flight.unlock();
        }
    }

    @FunctionalInterface
    private interface Work {
        Standing run() throws InterruptedException;
    }

    private CompletableFuture<Standing> submit(Work work) {
        CompletableFuture<Standing> done = new CompletableFuture<>();
        try {
            worker.execute(() -> done.complete(publish(shielded(work))));
        } catch (RejectedExecutionException closed) {
            done.complete(troubled("OAuthTokens is closed: close it after the clients that use it"));
        }
        return done;
    }

    private Standing shielded(Work work) {
        try {
            return work.run();
        } catch (InterruptedException notByUs) {
            return troubled("The renewal was interrupted");
        } catch (RuntimeException | Error bug) { // callers wait for an answer
            // The type alone: a store that is not ours may quote what it holds.
            return troubled("Renewing failed in here: " + bug.getClass().getName());
        }
    }

    private Standing troubled(String reason) {
        Unavailable pause = new Unavailable(reason + ".", Optional.empty(), true);
        return Standing.troubled(standing.grant(), pause, clock.instant());
    }

    private Standing publish(Standing next) {
        Standing before = standing;
        standing = next;
        Unavailable trouble = next.trouble();
        if (trouble == null && !next.grant().equals(before.grant())) {
            LOG.log(
                    Level.INFO,
                    "The access token of Pinterest is good until {0}",
                    next.grant().get().expiresAt());
            if (next.isShortLived() && !before.isShortLived()) {
                LOG.log(
                        Level.WARNING,
                        "The access token of Pinterest lives for {0} s only. It is renewed once a minute at most, so"
                                + " events wait when it has expired: ask Pinterest why it is so short",
                        GrantRules.life(next.grant().get()).toSeconds());
            }
        } else if (trouble != null && !reason(before).equals(trouble.reason())) {
            String until =
                    next.usable(clock.instant()).isPresent() ? "The old one is used until it expires." : "Events wait.";
            LOG.log(trouble.needsOperator() ? Level.ERROR : Level.WARNING, "{0} {1}", trouble.reason(), until);
        }
        return next;
    }

    private static String reason(Standing standing) {
        Unavailable trouble = standing.trouble();
        return trouble == null ? "" : trouble.reason();
    }

    private TokenResult tokenOf(Standing known) {
        Optional<AccessToken> usable = known.usable(clock.instant());
        return usable.isPresent() ? usable.get() : known.pause(clock.instant());
    }

    /** Until no renewal runs; for tests. */
    void settle() throws InterruptedException {
        await(latest);
    }

    private static Standing await(CompletableFuture<Standing> renewal) throws InterruptedException {
        try {
            return renewal.get();
        } catch (ExecutionException neverThrown) {
            throw new IllegalStateException(neverThrown);
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "epik-oauth");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public String toString() {
        return "OAuthTokens[" + standing.grant().map(OAuthGrant::toString).orElse("none") + "]";
    }

    /** Not for several threads. */
    public static final class Builder {
        private final OAuthApp app;
        private final TokenStore store;
        private URI baseUrl = EpikClient.PRODUCTION;
        private @Nullable Supplier<HttpClient> http;
        private Clock clock = Clock.systemUTC();
        private Step.Listener steps = Step.Listener.NONE;

        private Builder(OAuthApp app, TokenStore store) {
            this.app = app;
            this.store = store;
        }

        /**
         * Sets the address of the API; that of Pinterest by default. In tests, the address of a {@code FakePinterest}.
         */
        public Builder baseUrl(URI url) {
            this.baseUrl = Objects.requireNonNull(url, "baseUrl");
            return this;
        }

        /**
         * Sets what makes the HTTP client, for a proxy or a company's own certificates. It makes a client, and another
         * one when that one stops working, so it must return a new client each time. The clients stay the caller's to
         * close. By default the client is our own.
         */
        public Builder httpClient(Supplier<HttpClient> factory) {
            this.http = Objects.requireNonNull(factory, "httpClient");
            return this;
        }

        public Builder clock(Clock theClock) {
            this.clock = theClock;
            return this;
        }

        Builder steps(Step.Listener listener) {
            this.steps = listener;
            return this;
        }

        /** Reads nothing yet: a damaged store pauses delivery and does not keep the shop from starting. */
        public OAuthTokens open() {
            return new OAuthTokens(this);
        }
    }
}
