// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import static dev.epik.testing.TestIds.ACCOUNT;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.Mode;
import dev.epik.capi.Outcome;
import dev.epik.capi.TokenSource;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.TokenSource.Unavailable;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.oauth.spi.TokenStore;
import dev.epik.capi.pinterest.PinterestApi;
import dev.epik.capi.pinterest.Reply;
import dev.epik.testing.TickingClock;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeTokenEndpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** A shop with an app at a fake Pinterest. */
final class OAuthShop implements AutoCloseable {
    static final String REDIRECT = "https://shop.example/pinterest/connected";
    static final OAuthApp APP = new OAuthApp("1499999", "canary-secret-7351");
    static final Duration DAY = Duration.ofDays(1);
    static final Duration MINUTE = Duration.ofMinutes(1);

    final TickingClock clock = new TickingClock(Instant.parse("2025-11-01T10:00:00Z"));
    final FakePinterest pinterest;
    final FakeTokenEndpoint desk;
    final Path file;
    private int orders;

    OAuthShop(Path directory) {
        try {
            pinterest = FakePinterest.builder(ACCOUNT, "another-shops-token")
                    .clock(clock)
                    .oauth(APP.clientId(), APP.clientSecret())
                    .start();
        } catch (IOException e) { // no free port
            throw new AssertionError(e);
        }
        desk = pinterest.tokenEndpoint();
        file = directory.resolve("pinterest-token.json");
    }

    OAuthTokens open() {
        return open(FileTokenStore.of(file));
    }

    OAuthTokens open(TokenStore store) {
        return builder(store).open();
    }

    OAuthTokens.Builder builder(TokenStore store) {
        return OAuthTokens.builder(APP, store).baseUrl(pinterest.uri()).clock(clock);
    }

    AccessToken connect(OAuthTokens tokens) throws InterruptedException {
        return given(tokens.connect(desk.authorizationCode(REDIRECT), REDIRECT));
    }

    /** Connects the shop and closes the tokens again, so that only the file has them. */
    void connectOnce() throws InterruptedException {
        try (OAuthTokens tokens = open()) {
            connect(tokens);
        }
    }

    AccessToken newest() {
        return AccessToken.of(desk.newestAccessToken());
    }

    Reply send(TokenSource tokens) throws InterruptedException {
        return send(pinterest.uri(), tokens, clock, "order-" + orders++);
    }

    static Reply send(URI uri, TokenSource tokens, Clock clock, String order) throws InterruptedException {
        Visit visit =
                Visit.of(Visit.Consent.GRANTED, "the shop").withIp("192.0.2.7").withUserAgent("Mozilla/5.0");
        String event = ConversionEvent.checkout(order)
                .visit(visit)
                .time(clock.instant())
                .build()
                .json();
        try (PinterestApi api = new PinterestApi(uri, Mode.LIVE, null)) {
            return api.probe(AdAccount.of(ACCOUNT, tokens), List.of(event)).reply();
        }
    }

    /** Returns when no renewal runs. */
    static void awaitRenewal(OAuthTokens tokens) throws InterruptedException {
        try {
            tokens.latestRenewal.get();
        } catch (ExecutionException e) { // cannot happen: the future never completes exceptionally
            throw new AssertionError(e);
        }
    }

    static AccessToken given(TokenResult answer) {
        if (answer instanceof AccessToken token) {
            return token;
        }
        throw new AssertionError("no token: " + answer);
    }

    static Unavailable pause(Object answer) {
        if (answer instanceof Unavailable pause) {
            return pause;
        }
        if (answer instanceof Reply.Pause pause) {
            return new Unavailable(pause.reason(), pause.retryAfter(), pause.needsOperator());
        }
        throw new AssertionError("no pause: " + answer);
    }

    static boolean isAccepted(Reply reply) {
        return reply instanceof Reply.Settled settled && settled.outcomes().get(0) instanceof Outcome.Accepted;
    }

    @Override
    public void close() {
        pinterest.close();
    }
}
