// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import com.sun.net.httpserver.HttpExchange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The part of {@link FakePinterest} that gives out tokens: {@code POST /v5/oauth/token}, judged as published (HTTP Basic, a
 * form, no client id or secret in it). Codes work once. Access tokens it gives open the events endpoint until they expire or
 * are revoked.
 *
 * <p>Strict by default: a refresh token dies when it is used. What Pinterest does is not documented; whoever survives this,
 * survives both. Safe for many threads.
 */
public final class TokenDesk {
    private final String basic;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, String> codes = new ConcurrentHashMap<>();
    private final Map<String, Instant> accessTokens = new ConcurrentHashMap<>();
    private final Map<String, Instant> refreshTokens = new ConcurrentHashMap<>();
    private final Queue<Answer> scripted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile Duration accessLife = Duration.ofDays(30);
    private volatile Duration refreshLife = Duration.ofDays(60);
    private volatile boolean keepsOld;
    private volatile boolean givesRefreshTokens = true;
    private volatile String newest = "";
    private volatile Runnable onRequest = () -> {};

    TokenDesk(String clientId, String clientSecret, Clock clock) {
        byte[] both = (clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8);
        this.basic = "Basic " + Base64.getEncoder().encodeToString(both);
        this.clock = clock;
    }

    /** What the browser comes back with after a person agreed. Works once, and for this redirect URI. */
    public String authorizationCode(String redirectUri) {
        String code = secret("code_");
        codes.put(code, redirectUri);
        return code;
    }

    /** Every access token given so far is refused from now on. Refresh tokens stay. */
    public void revokeAccessTokens() {
        accessTokens.clear();
    }

    /** Every refresh token given so far is refused from now on. Access tokens stay. */
    public void revokeRefreshTokens() {
        refreshTokens.clear();
    }

    /** Of tokens given from now on; 30 days by default. */
    public void accessTokenLife(Duration life) {
        this.accessLife = life;
    }

    /** Of tokens given from now on; 60 days by default. */
    public void refreshTokenLife(Duration life) {
        this.refreshLife = life;
    }

    /** Whether a refresh token goes on working after it was used; by default it does not. */
    public void keepOldRefreshTokens(boolean keep) {
        this.keepsOld = keep;
    }

    /** Whether a renewal brings a new refresh token; by default it does. Without, the old one goes on working. */
    public void giveNewRefreshTokens(boolean give) {
        this.givesRefreshTokens = give;
    }

    /** Gives these answers to the next requests, one each, instead of judging. */
    public void next(Answer... answers) {
        scripted.addAll(List.of(answers));
    }

    /** Is called at every request, before it is judged. What it throws becomes a 500. */
    public void onRequest(Runnable observer) {
        this.onRequest = observer;
    }

    /** How many requests came, refused ones included. */
    public int requests() {
        return requests.get();
    }

    /** The access token that was given last; empty before the first. */
    public String newestAccessToken() {
        return newest;
    }

    boolean opens(String accessToken) {
        return clock.instant().isBefore(accessTokens.getOrDefault(accessToken, Instant.MIN));
    }

    Answer answer(HttpExchange exchange, String body) {
        requests.incrementAndGet();
        onRequest.run();
        Answer instead = scripted.poll();
        if (instead != null) {
            return instead;
        }
        if (!exchange.getRequestMethod().equals("POST")) {
            return Answer.error(405, 0, "Method not allowed.");
        }
        if (!basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return Answer.unauthorized();
        }
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type == null || !type.startsWith("application/x-www-form-urlencoded")) {
            return Answer.error(400, 1, "Content-Type must be application/x-www-form-urlencoded");
        }
        Map<String, String> form = form(body);
        if (form.containsKey("client_id") || form.containsKey("client_secret")) {
            return Answer.error(400, 1, "Client id and secret belong in the Authorization header");
        }
        return switch (form.getOrDefault("grant_type", "")) {
            case "authorization_code" -> byCode(form);
            case "refresh_token" -> byRefreshToken(form);
            default -> Answer.error(400, 1, "unsupported_grant_type");
        };
    }

    private Answer byCode(Map<String, String> form) {
        String redirectUri = codes.remove(form.getOrDefault("code", ""));
        if (redirectUri == null || !redirectUri.equals(form.get("redirect_uri"))) {
            return Answer.invalidGrant();
        }
        if (!"true".equals(form.get("continuous_refresh"))) {
            return Answer.error(400, 1, "An old app must ask for continuous_refresh");
        }
        return granted("authorization_code", Optional.of(newRefreshToken()));
    }

    private Answer byRefreshToken(Map<String, String> form) {
        String old = form.getOrDefault("refresh_token", "");
        boolean kept = keepsOld || !givesRefreshTokens;
        Instant end = kept ? refreshTokens.get(old) : refreshTokens.remove(old); // of two at a time one gets it
        if (end == null || !clock.instant().isBefore(end)) {
            return Answer.invalidGrant();
        }
        return granted("refresh_token", givesRefreshTokens ? Optional.of(newRefreshToken()) : Optional.empty());
    }

    private String newRefreshToken() {
        String token = secret("pinr_");
        refreshTokens.put(token, clock.instant().plus(refreshLife));
        return token;
    }

    private Answer granted(String type, Optional<String> refreshToken) {
        String access = secret("pina_");
        Instant now = clock.instant();
        accessTokens.put(access, now.plus(accessLife));
        newest = access;
        String refresh = refreshToken
                .map(token -> ",\"refresh_token\":" + Json.quoted(token) + ",\"refresh_token_expires_in\":"
                        + refreshLife.toSeconds() + ",\"refresh_token_expires_at\":"
                        + now.plus(refreshLife).getEpochSecond())
                .orElse("");
        return Answer.of(
                200,
                "{\"response_type\":" + Json.quoted(type) + ",\"access_token\":" + Json.quoted(access)
                        + ",\"token_type\":\"bearer\",\"expires_in\":" + accessLife.toSeconds()
                        + ",\"scope\":\"ads:read ads:write\"" + refresh + "}");
    }

    private String secret(String prefix) {
        byte[] bytes = new byte[24];
        random.nextBytes(bytes);
        return prefix + HexFormat.of().formatHex(bytes);
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        for (String pair : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return form;
    }

    /** Never a token. */
    @Override
    public String toString() {
        return "TokenDesk[" + requests + " requests]";
    }
}
