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
 * {@code POST /v5/ad_accounts/{id}/events}, one request per batch, for all ad accounts of an application.
 * {@link ReplyReading} decides what an answer means.
 *
 * <p><b>Trouble.</b> Whatever the network or Pinterest does, there is a {@link Reply} within 30 s and no exception. If
 * there is no whole answer, it is a {@link Reply.Pause}. When two requests in a row had no whole answer, the HTTP
 * client is replaced, at most once in 5 minutes.
 *
 * <p><b>Personal data.</b> Texts of Pinterest are redacted before they reach a reply, see {@link Redaction}.
 *
 * <p><b>Threads.</b> Thread-safe. Threads and connections grow with the requests under way, not with the ad accounts.
 *
 * <p><b>Lifetime.</b> {@link #close()} ends requests under way and the threads, but leaves supplied clients as they
 * are. On JDK 17 to 20 the JDK's own thread of an HTTP client ends with the garbage collector.
 *
 * <p><b>In a crash</b> Pinterest may have counted a batch whose answer is lost.
 */
public final class PinterestApi implements AutoCloseable {
    public static final URI PRODUCTION = URI.create("https://api.pinterest.com");

    /**
     * Eight times what the largest batch needs: Pinterest's results have about 100 bytes, and up to 1 kB with a text.
     */
    static final long MAX_BODY_BYTES = 8L << 20;

    /** Smaller batches get a smaller limit, so that endless answers to many ad accounts at once do not add up. */
    private static final long MAX_BODY_BYTES_PER_EVENT = 8L << 10;

    /** What an answer may have beside its results, such as a gateway's page of HTML. */
    private static final long MAX_BODY_BYTES_BESIDE = 64L << 10;

    private static final int UNAUTHORIZED = 401;

    private final Mode mode;
    private final PinterestHttp http;

    /**
     * Opens no connection yet.
     *
     * @param root without {@code /v5}; https, or http to a loopback address
     * @param clients makes a client, for a proxy or a company's own certificates, and another one when that one stops
     *     working. It must not wait, and its clients must not follow redirects. Null for our own clients
     * @throws EpikException if the root is neither, or the first client is null or follows redirects
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
     * Sends the events in one request and never waits. The future completes within 30 s and never exceptionally, on any
     * thread: what depends on it must not wait. A 401 is a {@link Reply.Pause} with that status: it is the caller who
     * asks for another token.
     *
     * @param eventsJson 1 to {@link Mode#mostEvents()} events
     * @throws EpikException if the ad account id is invalid or the number of events is
     */
    public CompletableFuture<Reply> send(String adAccountId, AccessToken token, List<String> eventsJson) {
        HttpRequest.Builder request = request(adAccountId, token, eventsJson);
        try {
            return http.exchange(request, EventsBody.of(eventsJson), handler(eventsJson.size()))
                    .thenApply(end -> read(end, token, eventsJson).reply());
        } catch (Throwable e) { // such as a lack of memory
            return CompletableFuture.completedFuture(failedHere(e));
        }
    }

    /**
     * Sends the events, waits for the answer and returns it with the time at Pinterest. After a 401 it asks the
     * account's tokens for another token. If there is one, it sends the events again.
     *
     * @throws EpikException as {@link #send}
     */
    public Probe probe(AdAccount account, List<String> eventsJson) throws InterruptedException {
        TokenResult first = account.tokens().token();
        if (!(first instanceof AccessToken token)) {
            return new Probe(Reply.Pause.of((Unavailable) first), Optional.empty());
        }
        Probe probe = exchangeAndWait(account.id(), token, eventsJson);
        if (!(probe.reply() instanceof Reply.Pause pause) || pause.status() != UNAUTHORIZED) {
            return probe;
        }
        TokenResult second = account.tokens().renewed(token);
        if (!(second instanceof AccessToken renewed)) {
            return new Probe(Reply.Pause.of((Unavailable) second), probe.serverTime());
        }
        return renewed.equals(token) ? probe : exchangeAndWait(account.id(), renewed, eventsJson);
    }

    /** Returns how often the HTTP client was replaced because it had stopped working. */
    public int replacedClients() {
        return http.replacedClients();
    }

    /**
     * Ends requests under way, each with a {@link Reply.Pause}, and the threads. Waits 2 s at most and never throws.
     */
    @Override
    public void close() {
        http.close();
    }

    private Probe exchangeAndWait(String adAccountId, AccessToken token, List<String> eventsJson)
            throws InterruptedException {
        Exchange<String> end = http.exchangeAndWait(
                request(adAccountId, token, eventsJson), EventsBody.of(eventsJson), handler(eventsJson.size()));
        return read(end, token, eventsJson);
    }

    private HttpRequest.Builder request(String adAccountId, AccessToken token, List<String> eventsJson) {
        if (!AdAccountId.isValid(adAccountId)) {
            throw new EpikException("The ad account id is not up to 18 digits");
        }
        if (eventsJson.isEmpty() || eventsJson.size() > mode.mostEvents()) {
            throw new EpikException("A batch has 1 to " + mode.mostEvents() + " events, not " + eventsJson.size());
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

    private static Probe read(Exchange<String> end, AccessToken token, List<String> eventsJson) {
        try {
            return end instanceof Exchange.Answered<String> answered
                    ? read(answered.response(), token, eventsJson)
                    : read((Exchange.Failed<String>) end);
        } catch (Throwable e) { // a mistake of ours, or a lack of memory: the events wait
            return new Probe(failedHere(e), Optional.empty());
        }
    }

    private static Probe read(HttpResponse<String> answer, AccessToken token, List<String> eventsJson) {
        Reply reply = ReplyReading.read(
                answer.statusCode(),
                answer.headers()::firstValue,
                answer.body(),
                eventsJson.size(),
                new Redaction(token, eventsJson));
        return new Probe(reply, time(answer.headers()));
    }

    private static Probe read(Exchange.Failed<String> failed) {
        Optional<ResponseInfo> head = failed.failure().head();
        return head.isEmpty()
                ? new Probe(failed.pause(), Optional.empty())
                : new Probe(
                        ReplyReading.readWithoutBody(
                                head.get().statusCode(),
                                head.get().headers()::firstValue,
                                failed.failure().reason().replace("the answer ", "")),
                        time(head.get().headers()));
    }

    /** The request may be on its way. */
    private static Reply.Pause failedHere(Throwable e) {
        String reason = "Sending failed inside Epik: " + e.getClass().getName() + ".";
        return new Reply.Pause(reason, Optional.empty(), false, 0, true);
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
