// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.AccessToken;
import dev.epik.capi.EpikException;
import dev.epik.capi.TokenSource;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.TokenSource.Unavailable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes single JSON calls to Pinterest's API, for everything but {@code /events}. It repeats nothing, except after a
 * 401 with another token: Pinterest has not processed such a request.
 *
 * <p><b>Threads.</b> Thread-safe. The caller's thread waits.
 *
 * <p><b>Lifetime.</b> {@link #close()} ends running calls and the threads.
 *
 * <p><b>In a crash</b> Pinterest may have processed a call whose answer is lost.
 */
public final class ApiCalls implements AutoCloseable {
    private static final long MAX_BODY_BYTES = 16L << 20;
    private static final int UNAUTHORIZED = 401;

    private final PinterestHttp http;

    /**
     * Creates the client. Opens no connection yet.
     *
     * @param root the address with or without {@code /v5}; https, or http to a loopback address
     * @param clients makes an HTTP client; null for clients of our own
     * @throws EpikException if the root is neither, or if the first client is null or follows redirects
     */
    public ApiCalls(URI root, @Nullable Supplier<HttpClient> clients) {
        this.http = new PinterestHttp(root, "the access token", clients, PinterestHttp.DEADLINE, System::nanoTime);
    }

    /** How a call ended. */
    public sealed interface Ending {}

    /**
     * There is a complete answer, from Pinterest or a proxy.
     *
     * @param headers returns the first header of a name; null if there is none
     * @param redaction masks the access token and addresses in a text of the answer, before it reaches a message
     */
    public record Answer(
            int status, String body, Function<String, @Nullable String> headers, UnaryOperator<String> redaction)
            implements Ending {
        /** Returns whether the status is 200 to 299. */
        public boolean isSuccess() {
            return status / 100 == 2;
        }
    }

    /**
     * There is no complete answer.
     *
     * @param reason a sentence for people, without its final stop
     * @param mayHaveRun whether Pinterest may have processed the call all the same
     */
    public record NoAnswer(String reason, boolean mayHaveRun) implements Ending {}

    /**
     * Makes a call and waits for its end, at most 30 s, or twice that after a 401. An interrupt ends the call.
     *
     * @param method such as {@code GET}
     * @param path the part after {@code /v5}, with the query
     * @param json the body; null for none
     * @throws InterruptedException if the thread is interrupted; a write may have been processed
     */
    public Ending call(TokenSource tokens, String method, String path, @Nullable String json)
            throws InterruptedException {
        TokenResult first = tokens.token();
        if (!(first instanceof AccessToken token)) {
            return new NoAnswer("There is no access token: " + ((Unavailable) first).reason(), false);
        }
        Ending ending = callOnce(token, method, path, json);
        if (!(ending instanceof Answer answer) || answer.status() != UNAUTHORIZED) {
            return ending;
        }
        TokenResult second = tokens.renewed(token);
        return second instanceof AccessToken renewed && !renewed.equals(token)
                ? callOnce(renewed, method, path, json)
                : ending;
    }

    private Ending callOnce(AccessToken token, String method, String path, @Nullable String json)
            throws InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(http.at(path)).header("Authorization", "Bearer " + token.value());
        if (json != null) {
            request.header("Content-Type", "application/json");
        }
        BodyPublisher body = json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json);
        Exchange<String> end = http.exchangeAndWait(
                method, request, body, LimitedBody.of(HttpResponse.BodyHandlers.ofString(), MAX_BODY_BYTES));
        if (end instanceof Exchange.Answered<String> answered) {
            HttpResponse<String> response = answered.response();
            return new Answer(
                    response.statusCode(),
                    response.body(),
                    name -> response.headers().firstValue(name).orElse(null),
                    new Redaction(token, List.of()));
        }
        Exchange.Failed<String> failed = (Exchange.Failed<String>) end;
        return new NoAnswer("Pinterest cannot be reached: " + failed.failure().reason(), failed.mayHaveCounted());
    }

    /** Ends running calls and the threads. Waits at most 2 s and never throws. */
    @Override
    public void close() {
        http.close();
    }
}
