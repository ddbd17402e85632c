// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikException;
import dev.epik.capi.Mode;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.TokenSource.Unavailable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends batches of events with {@code POST /v5/ad_accounts/{id}/events}, one request for each batch, for all ad
 * accounts of an application. {@link ReplyReading} decides what an answer means.
 *
 * <p><b>Failures.</b> Every request returns a {@link Reply} within 30 s and throws nothing, whatever the network or
 * Pinterest does. If there is no complete answer, it is a {@link Reply.Pause}. After two requests in a row without a
 * complete answer, the HTTP client is replaced, at most once in 5 minutes.
 *
 * <p><b>Personal data.</b> Pinterest's texts are redacted before they reach a reply, see {@link Redaction}.
 *
 * <p><b>Threads.</b> Thread-safe. Threads and connections grow with the number of running requests, not of ad accounts.
 *
 * <p><b>Lifetime.</b> {@link #close()} ends running requests and the threads. It does not close supplied clients. On
 * JDK 17 to 20 the JDK's own thread of an HTTP client ends when the client is garbage-collected.
 *
 * <p><b>In a crash</b> Pinterest may have counted a batch whose answer is lost.
 */
public final class PinterestApi implements AutoCloseable {
    /** The address of Pinterest's API. */
    public static final URI PRODUCTION = URI.create("https://api.pinterest.com");

    /**
     * Eight times the size that the largest batch needs: a result of Pinterest has about 100 bytes, and up to 1 kB with
     * a text.
     */
    static final long MAX_BODY_BYTES = 8L << 20;

    /**
     * The limit for each event of a batch, so that endless answers to many small batches at once do not fill the heap.
     */
    private static final long MAX_BODY_BYTES_PER_EVENT = 8L << 10;

    /** The limit for the rest of an answer, such as the HTML page of a gateway. */
    private static final long MAX_BODY_BYTES_BESIDE = 64L << 10;

    private static final int UNAUTHORIZED = 401;

    private final Mode mode;
    private final PinterestHttp http;

    /**
     * Creates the client. Opens no connection yet.
     *
     * @param root the address with or without {@code /v5}; https, or http to a loopback address
     * @param mode whether events count
     * @param clients makes an HTTP client, for a proxy or a company's own certificates, and another one if that one
     *     stops working. It must not wait, and its clients must not follow redirects. Null for clients of our own
     * @throws EpikException if the root is neither, or if the first client is null or follows redirects
     */
    public PinterestApi(URI root, Mode mode, @Nullable Supplier<HttpClient> clients) {
        this(root, mode, clients, PinterestHttp.DEADLINE, System::nanoTime);
    }

    PinterestApi(
            URI root, Mode mode, @Nullable Supplier<HttpClient> clients, Duration deadline, LongSupplier nanoTime) {
        this.mode = mode;
        this.http = new PinterestHttp(root, "the access token", clients, deadline, nanoTime);
    }

    /**
     * Sends the events in one request, without waiting. The future completes within 30 s, never exceptionally, and on
     * any thread, so code that depends on it must not wait. A 401 is a {@link Reply.Pause} with that status; the caller
     * then asks for another token.
     *
     * @param eventsJson 1 to {@link Mode#maxEvents()} events
     * @throws EpikException if the ad account id or the number of events is invalid
     */
    public CompletableFuture<Reply> send(String adAccountId, AccessToken token, List<String> eventsJson) {
        HttpRequest.Builder request = request(adAccountId, token, eventsJson);
        try {
            return http.exchange(request, EventsBody.of(eventsJson), handler(eventsJson.size()))
                    .thenApply(end -> read(end, token, eventsJson).reply());
        } catch (Throwable e) { // such as an OutOfMemoryError
            return CompletableFuture.completedFuture(failedHere(e));
        }
    }

    /**
     * Sends the events, waits for the answer, and returns it with the time at Pinterest. After a 401 it asks the token
     * source of the account for another token. If there is one, it sends the events again.
     *
     * @throws EpikException if the ad account id or the number of events is invalid
     */
    public TimedReply probe(AdAccount account, List<String> eventsJson) throws InterruptedException {
        TokenResult first = account.tokens().token();
        if (!(first instanceof AccessToken token)) {
            return new TimedReply(Reply.Pause.noToken((Unavailable) first), Optional.empty());
        }
        TimedReply answer = exchangeAndWait(account.id(), token, eventsJson);
        if (!(answer.reply() instanceof Reply.Pause pause) || pause.status() != UNAUTHORIZED) {
            return answer;
        }
        TokenResult second = account.tokens().renewed(token);
        if (!(second instanceof AccessToken renewed)) {
            return new TimedReply(Reply.Pause.noToken((Unavailable) second), answer.serverTime());
        }
        return renewed.equals(token) ? answer : exchangeAndWait(account.id(), renewed, eventsJson);
    }

    /** Returns how often the HTTP client was replaced because it had stopped working. */
    public int replacedClients() {
        return http.replacedClients();
    }

    /** Ends running requests, each with a {@link Reply.Pause}, and the threads. Waits at most 2 s and never throws. */
    @Override
    public void close() {
        http.close();
    }

    private TimedReply exchangeAndWait(String adAccountId, AccessToken token, List<String> eventsJson)
            throws InterruptedException {
        Exchange<String> end = http.exchangeAndWait(
                request(adAccountId, token, eventsJson), EventsBody.of(eventsJson), handler(eventsJson.size()));
        return read(end, token, eventsJson);
    }

    private HttpRequest.Builder request(String adAccountId, AccessToken token, List<String> eventsJson) {
        if (!AdAccountId.isValid(adAccountId)) {
            throw new EpikException("The ad account id is invalid: it has 1 to 18 digits");
        }
        if (eventsJson.isEmpty() || eventsJson.size() > mode.maxEvents()) {
            throw new EpikException("A batch has 1 to " + mode.maxEvents() + " events, not " + eventsJson.size());
        }
        String query = mode == Mode.TEST ? "?test=true" : "";
        return HttpRequest.newBuilder(http.at("/ad_accounts/" + adAccountId + "/events" + query))
                .header("Authorization", "Bearer " + token.value())
                .header("Content-Type", "application/json");
    }

    private static HttpResponse.BodyHandler<String> handler(int events) {
        long maxBytes = Math.min(MAX_BODY_BYTES, MAX_BODY_BYTES_BESIDE + events * MAX_BODY_BYTES_PER_EVENT);
        return LimitedBody.of(HttpResponse.BodyHandlers.ofString(), maxBytes);
    }

    private static TimedReply read(Exchange<String> end, AccessToken token, List<String> eventsJson) {
        try {
            return end instanceof Exchange.Answered<String> answered
                    ? read(answered.response(), token, eventsJson)
                    : read((Exchange.Failed<String>) end);
        } catch (Throwable e) { // a bug here, or an OutOfMemoryError: the events wait
            return new TimedReply(failedHere(e), Optional.empty());
        }
    }

    private static TimedReply read(HttpResponse<String> answer, AccessToken token, List<String> eventsJson) {
        Reply reply = ReplyReading.read(
                answer.statusCode(),
                answer.headers()::firstValue,
                answer.body(),
                eventsJson.size(),
                new Redaction(token, eventsJson));
        return new TimedReply(reply, time(answer.headers()));
    }

    private static TimedReply read(Exchange.Failed<String> failed) {
        Optional<ResponseInfo> head = failed.failure().head();
        return head.isEmpty()
                ? new TimedReply(failed.pause(), Optional.empty())
                : new TimedReply(
                        ReplyReading.readWithoutBody(
                                head.get().statusCode(),
                                head.get().headers()::firstValue,
                                failed.failure().reason().replace("the answer ", "")),
                        time(head.get().headers()));
    }

    /** Returns a pause after an internal error. The request may have been sent. */
    private static Reply.Pause failedHere(Throwable e) {
        String reason = "Internal error while sending: " + e.getClass().getName() + ". Please report it.";
        return Reply.Pause.noAnswer(reason);
    }

    private static Optional<Instant> time(HttpHeaders headers) {
        try {
            return headers.firstValue("Date")
                    .map(date -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "PinterestApi[" + http.at("") + ", " + mode + "]";
    }
}
