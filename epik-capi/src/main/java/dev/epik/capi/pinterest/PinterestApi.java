// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.EpikException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v5/ad_accounts/{id}/events}, one call a batch. What an answer means is decided in {@link ReplyReading}.
 *
 * <p>Never throws at what the network or Pinterest does: trouble is a {@link Reply.Pause}. A 401 asks the
 * {@link TokenSource} for another token and tries once more with it, so a token that expired or was revoked costs a
 * request and no event.
 *
 * <p>Safe for many threads. {@link #close()} ends its threads; on JDK 17 to 20 the JDK's own selector thread of an HTTP
 * client goes with the garbage collector. A client that was supplied is left as it is.
 */
public final class PinterestApi implements AutoCloseable {
    public static final URI PRODUCTION = URI.create("https://api.pinterest.com");

    private static final int UNAUTHORIZED = 401;

    private final URI events;
    private final TokenSource tokens;
    private final Mode mode;
    private final PinterestHttp http;

    /**
     * @param root without {@code /v5}; https, or http to a loopback address
     * @param supplied for a proxy or a company's own certificates; null makes one
     * @throws EpikException where the root is neither, or the client follows redirects
     */
    public PinterestApi(URI root, AdAccount account, Mode mode, @Nullable HttpClient supplied) {
        this(root, account, mode, supplied, PinterestHttp.DEADLINE);
    }

    PinterestApi(URI root, AdAccount account, Mode mode, @Nullable HttpClient supplied, Duration deadline) {
        this.http = new PinterestHttp(root, "the access token", supplied, deadline);
        String query = mode == Mode.TEST ? "?test=true" : "";
        this.events = http.at("/ad_accounts/" + account.id() + "/events" + query);
        this.tokens = account.tokens();
        this.mode = mode;
    }

    /**
     * Sends one to {@link Mode#mostEvents()} events and waits, 30 s at most for each of one or two tries, for what Pinterest
     * says; what the token source does comes on top.
     */
    public Reply send(List<String> eventsJson) throws InterruptedException {
        return probe(eventsJson).reply();
    }

    /** As {@link #send}, and what time it is at Pinterest. */
    public Probe probe(List<String> eventsJson) throws InterruptedException {
        if (eventsJson.isEmpty() || eventsJson.size() > mode.mostEvents()) {
            throw new EpikException("A batch has 1 to " + mode.mostEvents() + " events, not " + eventsJson.size());
        }
        TokenOrPause first = tokens.token();
        if (!(first instanceof AccessToken token)) {
            return new Probe((Reply.Pause) first, Optional.empty());
        }
        try {
            HttpResponse<String> answer = post(eventsJson, token);
            if (answer.statusCode() == UNAUTHORIZED) {
                TokenOrPause second = tokens.renewed(token);
                if (!(second instanceof AccessToken renewed)) {
                    return new Probe((Reply.Pause) second, time(answer));
                }
                if (!renewed.equals(token)) {
                    return read(post(eventsJson, renewed), renewed, eventsJson.size());
                }
            }
            return read(answer, token, eventsJson.size());
        } catch (PinterestHttp.Unreachable trouble) {
            return new Probe(new Reply.Pause(trouble.getMessage(), Optional.empty(), false), Optional.empty());
        }
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpResponse<String> post(List<String> eventsJson, AccessToken token)
            throws PinterestHttp.Unreachable, InterruptedException {
        return http.exchange(
                HttpRequest.newBuilder(events)
                        .header("Authorization", "Bearer " + token.value())
                        .header("Content-Type", "application/json")
                        .POST(EventsBody.of(eventsJson)),
                HttpResponse.BodyHandlers.ofString());
    }

    private static Probe read(HttpResponse<String> answer, AccessToken token, int events) {
        Reply reply = ReplyReading.read(
                answer.statusCode(), answer.headers()::firstValue, answer.body(), events, token::redactIn);
        return new Probe(reply, time(answer));
    }

    private static Optional<Instant> time(HttpResponse<String> answer) {
        try {
            return answer.headers()
                    .firstValue("Date")
                    .map(date -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
        } catch (DateTimeException noDate) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "PinterestApi[" + events + "]";
    }
}
