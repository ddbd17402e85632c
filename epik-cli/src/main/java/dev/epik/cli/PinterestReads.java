// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.cli.doctor.Answer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads over HTTP for the doctor: lists of an ad account at Pinterest, and the meters of an application. It follows no
 * redirects, because a redirect would receive the access token. One deadline covers each whole exchange.
 */
final class PinterestReads {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(DEADLINE)
            .build();

    /**
     * Reads a list of an ad account.
     *
     * @param baseUrl with or without {@code /v5}. The caller has checked that it does not expose the token
     * @param path the part after the ad account's id
     */
    Answer ofAccount(AdAccount account, URI baseUrl, String path) throws InterruptedException {
        if (!(account.tokens().token() instanceof AccessToken token)) {
            return Answer.none("there is no access token");
        }
        String root = baseUrl.toString().replaceAll("/+$", "").replaceAll("/v5$", "");
        return get(HttpRequest.newBuilder(URI.create(root + "/v5/ad_accounts/" + account.id() + path))
                .header("Authorization", "Bearer " + token.value())
                .header("Accept", "application/json"));
    }

    /** Reads a page that needs no token. */
    Answer page(URI url) throws InterruptedException {
        return get(HttpRequest.newBuilder(url).header("Accept", "text/plain"));
    }

    private Answer get(HttpRequest.Builder request) throws InterruptedException {
        CompletableFuture<HttpResponse<String>> exchange =
                http.sendAsync(request.GET().build(), HttpResponse.BodyHandlers.ofString());
        try {
            HttpResponse<String> response = exchange.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.body());
        } catch (TimeoutException e) {
            exchange.cancel(true);
            return Answer.none("there was no answer within " + DEADLINE.toSeconds() + " s");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return Answer.none("there was no answer: " + cause.getClass().getSimpleName());
        }
    }
}
