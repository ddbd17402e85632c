// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.EpikException;
import dev.epik.capi.TokenSource;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Requests tokens with {@code POST /v5/oauth/token}, and builds the address of the consent page. A shop uses
 * {@code dev.epik.capi.oauth.OAuthTokens}, which calls this class at the right time and stores the tokens.
 *
 * <p>Client id and secret are sent only as HTTP Basic. Thread-safe. Lifetime and deadline are those of
 * {@link PinterestApi}.
 */
public final class TokenEndpoint implements AutoCloseable {
    /** The maximum time of one exchange. Callers that wait for the exchange of another thread wait longer. */
    public static final Duration DEADLINE = PinterestHttp.DEADLINE;

    /** A real answer has less than 4 kB: two tokens, their lifetimes and scopes. */
    private static final long MAX_BODY_BYTES = 1L << 20;

    private static final String CONSENT_PAGE = "https://www.pinterest.com/oauth/";
    private static final String SCOPES = "ads:read,ads:write";

    private final PinterestHttp http;
    private final URI token;
    private final String basic;
    private final String clientSecret;

    /**
     * Creates the client. Opens no connection yet.
     *
     * @param root the address, as for {@link PinterestApi}
     * @param clients makes HTTP clients, as for {@link PinterestApi}; null for clients of our own
     * @throws EpikException if the root is neither https nor loopback, or if the first client is null or follows
     *     redirects
     */
    public TokenEndpoint(URI root, String clientId, String clientSecret, @Nullable Supplier<HttpClient> clients) {
        this(root, clientId, clientSecret, clients, DEADLINE, System::nanoTime);
    }

    TokenEndpoint(
            URI root,
            String clientId,
            String clientSecret,
            @Nullable Supplier<HttpClient> clients,
            Duration deadline,
            LongSupplier nanoTime) {
        this.http = new PinterestHttp(root, "the client secret", clients, deadline, nanoTime);
        this.token = http.at("/oauth/token");
        this.clientSecret = clientSecret;
        byte[] both = (clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8);
        this.basic = "Basic " + Base64.getEncoder().encodeToString(both);
    }

    /** Returns how often the HTTP client was replaced because it had stopped working. */
    int replacedClients() {
        return http.replacedClients();
    }

    /** Returns the address of the page on which a person with access to the ad account agrees. */
    public static URI consentPage(String clientId, String redirectUri, String state) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("client_id", clientId);
        query.put("redirect_uri", redirectUri);
        query.put("response_type", "code");
        query.put("scope", SCOPES);
        query.put("state", state);
        return URI.create(CONSENT_PAGE + "?" + form(query));
    }

    /**
     * Requests the first grant, for the code that the consent page has returned.
     *
     * @param body receives a 2xx answer as it arrives, so that it can be written to disk before a crash
     */
    public TokenReply exchange(String code, String redirectUri, Supplier<BodySubscriber<String>> body)
            throws InterruptedException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", redirectUri);
        form.put(
                "continuous_refresh",
                "true"); // needed for a lasting refresh token by apps from before 25 September 2025
        return post(form, code, body);
    }

    /**
     * Requests a new grant. The refresh token may be invalid after that.
     *
     * @param body receives a 2xx answer as it arrives, so that it can be written to disk before a crash
     */
    public TokenReply refresh(String refreshToken, Supplier<BodySubscriber<String>> body) throws InterruptedException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refreshToken);
        return post(form, refreshToken, body);
    }

    /** Reads a 2xx answer that a crash has left on disk; returns empty if it is not complete. */
    public static Optional<TokenReply.Granted> saved(String body) {
        return TokenReading.readSaved(body);
    }

    private TokenReply post(Map<String, String> form, String secret, Supplier<BodySubscriber<String>> body)
            throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(token)
                .header("Authorization", basic)
                .header("Content-Type", "application/x-www-form-urlencoded");
        HttpResponse.BodyHandler<String> handler = head ->
                isGood(head.statusCode()) ? body.get() : HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8);
        Exchange<String> end = http.exchangeAndWait(
                request, HttpRequest.BodyPublishers.ofString(form(form)), LimitedBody.of(handler, MAX_BODY_BYTES));
        if (end instanceof Exchange.Answered<String> answered) {
            HttpResponse<String> answer = answered.response();
            // a good answer is never quoted, and its tokens must not be changed
            String text = isGood(answer.statusCode()) ? answer.body() : redacted(answer.body(), secret);
            return TokenReading.read(answer.statusCode(), answer.headers()::firstValue, text);
        }
        Reply.Pause pause = ((Exchange.Failed<String>) end).pause();
        return new TokenReply.Failed(
                new TokenSource.Unavailable(pause.reason(), pause.retryAfter(), pause.needsOperator()));
    }

    private static boolean isGood(int status) {
        return status / 100 == 2;
    }

    private String redacted(String text, String secret) {
        return text.replace(secret, "[redacted]")
                .replace(clientSecret, "[client secret]")
                .replace(basic.substring("Basic ".length()), "[client secret]");
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    @Override
    public void close() {
        http.close();
    }

    @Override
    public String toString() {
        return "TokenEndpoint[" + token + "]";
    }
}
