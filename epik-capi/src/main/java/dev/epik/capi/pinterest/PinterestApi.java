// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.EpikException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v5/ad_accounts/{id}/events}, one call a batch. Knows URLs and headers; what an answer means is decided in
 * {@link ReplyReading}.
 *
 * <p>Never throws at what the network or Pinterest does: trouble is a {@link Reply.Pause}. Redirects are never followed,
 * the token would go along. The whole exchange has one deadline: the JDK's own request timeout ends with the headers, and
 * a body that drips runs on.
 *
 * <p>Safe for many threads. {@link #close()} ends its threads; on JDK 17 to 20 the JDK's own selector thread of an HTTP
 * client goes with the garbage collector. A client that was supplied is left as it is.
 */
public final class PinterestApi implements AutoCloseable {
    public static final URI PRODUCTION = URI.create("https://api.pinterest.com");

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final URI events;
    private final AdAccount account;
    private final Mode mode;
    private final HttpClient http;
    private final @Nullable ExecutorService threads;

    /**
     * @param root without {@code /v5}; https, or http to a loopback address
     * @param supplied for a proxy or a company's own certificates; null makes one
     * @throws EpikException where the root is neither
     */
    public PinterestApi(URI root, AdAccount account, Mode mode, @Nullable HttpClient supplied) {
        if (!isSafe(root)) {
            throw new EpikException("The API's address \"" + root
                    + "\" would send the access token in clear: use https (http is for loopback addresses)");
        }
        String base = root.toString().replaceAll("/+$", "").replaceAll("/v5$", "");
        String query = mode == Mode.TEST ? "?test=true" : "";
        this.events = URI.create(base + "/v5/ad_accounts/" + account.id() + "/events" + query);
        this.account = account;
        this.mode = mode;
        ExecutorService own = Executors.newCachedThreadPool(PinterestApi::thread); // starts none until it is used
        this.threads = supplied == null ? own : null;
        this.http = supplied == null ? client(own) : supplied;
    }

    /** Sends one to {@link Mode#mostEvents()} events and waits, 30 s at most, for what Pinterest says. */
    public Reply send(List<String> eventsJson) throws InterruptedException {
        if (eventsJson.isEmpty() || eventsJson.size() > mode.mostEvents()) {
            throw new EpikException("A batch has 1 to " + mode.mostEvents() + " events, not " + eventsJson.size());
        }
        HttpRequest request = HttpRequest.newBuilder(events)
                .header("Authorization", "Bearer " + account.token().value())
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .timeout(DEADLINE)
                .POST(HttpRequest.BodyPublishers.ofString("{\"data\":[" + String.join(",", eventsJson) + "]}"))
                .build();
        CompletableFuture<HttpResponse<String>> exchange =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        try {
            HttpResponse<String> answer = exchange.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            return ReplyReading.read(
                    answer.statusCode(),
                    answer.headers()::firstValue,
                    answer.body(),
                    eventsJson.size(),
                    account.token()::redactIn);
        } catch (TimeoutException tooLong) {
            return unreachable("no whole answer within " + DEADLINE.toSeconds() + " s");
        } catch (ExecutionException failed) {
            // The type alone: the message of an HTTP client may quote a header.
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            return unreachable(cause.getClass().getSimpleName());
        } finally {
            exchange.cancel(true);
        }
    }

    @Override
    public void close() {
        if (threads == null) {
            return;
        }
        if ((Object) http instanceof AutoCloseable closeable) { // from JDK 21 on
            try {
                closeable.close();
            } catch (Exception neverThrown) {
                throw new IllegalStateException(neverThrown);
            }
        }
        threads.shutdownNow();
    }

    private Reply unreachable(String why) {
        return new Reply.Pause("Pinterest cannot be reached: " + why + ".", Optional.empty(), false);
    }

    private static HttpClient client(ExecutorService threads) {
        return HttpClient.newBuilder()
                .executor(threads)
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "epik-http");
        thread.setDaemon(true);
        return thread;
    }

    private static boolean isSafe(URI root) {
        String scheme = String.valueOf(root.getScheme()).toLowerCase(Locale.ROOT);
        String host = root.getHost();
        return host != null && (scheme.equals("https") || (scheme.equals("http") && isLoopback(host)));
    }

    /** Names are not looked up: one that points to loopback today may point elsewhere tomorrow. */
    private static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return host.matches("[0-9.]+|\\[.*]") && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException noAddress) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "PinterestApi[" + events + "]";
    }
}
