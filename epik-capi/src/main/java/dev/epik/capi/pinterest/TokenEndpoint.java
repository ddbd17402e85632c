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
 * {@code POST /v5/oauth/token}, and the page that asks for consent. A shop uses
 * {@code dev.epik.capi.oauth.OAuthTokens}, which calls this at the right time and keeps what comes.
 *
 * <p>Client id and secret travel as HTTP Basic and nowhere else. Threads, lifetime and deadline as in
 * {@link PinterestApi}.
 */
public final class TokenEndpoint implements AutoCloseable {
    /** How long one exchange may take. Callers that wait for the exchange of another thread wait longer. */
    public static final Duration DEADLINE = PinterestHttp.DEADLINE;

    /** An answer has under 4 kB: two tokens, their lives and scopes. */
    private static final long MAX_BODY_BYTES = 1L << 20;

    private static final String CONSENT_PAGE = "https://www.pinterest.com/oauth/";
    private static final String SCOPES = "ads:read,ads:write";

    private final PinterestHttp http;
    private final URI token;
    private final String basic;
    private final String clientSecret;

    /**
     * Calls nobody yet.
     *
     * @param root as {@link PinterestApi}'s
     * @param clients as {@link PinterestApi}'s; null for our own clients
     * @throws EpikException if the root is not safe, or the first client is null or follows redirects
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

    /** Where a person who may use the ad account says yes. */
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
     * The first grant, for the code that came back from the consent page.
     *
     * @param body takes a 2xx answer as it arrives, so that a crash can leave it on disk
     */
    public TokenReply exchange(String code, String redirectUri, Supplier<BodySubscriber<String>> body)
            throws InterruptedException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", redirectUri);
        form.put("continuous_refresh", "true"); // apps from before 25 September 2025 get no lasting refresh token else
        return post(form, code, body);
    }

    /**
     * A new grant; the refresh token may be worth nothing from then on.
     *
     * @param body takes a 2xx answer as it arrives, so that a crash can leave it on disk
     */
    public TokenReply refresh(String refreshToken, Supplier<BodySubscriber<String>> body) throws InterruptedException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refreshToken);
        return post(form, refreshToken, body);
    }

    /** What a crash left of a 2xx answer; empty where it is not the whole of it. */
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
            // nothing is quoted of a good answer, and its tokens must stay as they are
            String text = isGood(answer.statusCode()) ? answer.body() : redacted(answer.body(), secret);
            return TokenReading.read(answer.statusCode(), answer.headers()::firstValue, text);
        }
        Reply.Pause pause = ((Exchange.Failed<String>) end).pause();
        return new TokenReply.Trouble(
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
