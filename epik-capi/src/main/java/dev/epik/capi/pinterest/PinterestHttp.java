// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.EpikException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP exchanges with Pinterest: over https or to loopback only, and without following redirects, because a redirect
 * would receive the secrets.
 *
 * <p><b>HTTP/1.1 only.</b> A connection can stop working without being closed. Under HTTP/1.1 the JDK's client closes
 * it at the first timeout. Under HTTP/2 it goes on using it until TCP gives up, which may be never. With a few requests
 * per second HTTP/2 has no advantage.
 *
 * <p><b>Deadline.</b> One deadline covers the whole exchange. The JDK's request timeout covers only the time until the
 * response headers arrive, so a slow body is not limited by it. The deadline has a timer of its own, because the timer
 * of the HTTP client may have ended. So may the timer of {@code CompletableFuture.orTimeout}: on JDK 25 an
 * OutOfMemoryError ends it for the life of the JVM. A {@link ScheduledThreadPoolExecutor} replaces its thread.
 *
 * <p><b>Threads.</b> Thread-safe. Futures complete on a thread of the HTTP client or of the timer, so code that depends
 * on them must not wait.
 *
 * <p><b>Lifetime.</b> {@link #close()} ends running exchanges and the threads. It does not close supplied clients. On
 * JDK 17 to 20 the JDK's own thread of a client ends when the client is garbage-collected.
 */
final class PinterestHttp implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** How long a caller waits beyond the deadline, in case the timer has no thread because memory ran out. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final String base;

    /** The host and port, for messages. */
    private final String host;

    private final Duration deadline;
    private final ReplaceableClient client;
    private final ScheduledThreadPoolExecutor timer = timer();

    /** Each of them ends a running exchange. */
    private final Set<Runnable> running = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    /**
     * Creates the client. Opens no connection yet.
     *
     * @param root the address with or without {@code /v5}
     * @param secret the name of the secret in requests, such as "the access token", for messages
     * @param clients makes the first HTTP client and its replacements; null for clients of our own
     * @param deadline of each exchange
     * @param nanoTime a monotonic clock, for the time between replacements of the client
     * @throws EpikException if the root is not safe, or the first client follows redirects or is null
     */
    PinterestHttp(
            URI root, String secret, @Nullable Supplier<HttpClient> clients, Duration deadline, LongSupplier nanoTime) {
        if (!isSafe(root)) {
            throw new EpikException("The address of the API \"" + root + "\" would send " + secret
                    + " unencrypted: use https (http is for loopback addresses only)");
        }
        this.base = root.toString().replaceAll("/+$", "").replaceAll("/v5$", "") + "/v5";
        this.host = root.getHost() + (root.getPort() < 0 ? "" : ":" + root.getPort());
        this.deadline = deadline;
        Supplier<ReplaceableClient.Made> source = clients == null
                ? PinterestHttp::ownClient
                : () -> new ReplaceableClient.Made(checked(clients.get(), secret), null);
        this.client = new ReplaceableClient(source, work -> thread(work).start(), nanoTime);
    }

    /**
     * Returns the address of an endpoint.
     *
     * @param path the part after {@code /v5}
     */
    URI at(String path) {
        return URI.create(base + path);
    }

    /** Returns how often the HTTP client was replaced. */
    int replacedClients() {
        return client.replaced();
    }

    /**
     * Sends a request without waiting. Never throws. The future never completes exceptionally, unless the caller
     * cancels it, which ends the exchange.
     */
    <T> CompletableFuture<Exchange<T>> exchange(
            HttpRequest.Builder request, HttpRequest.BodyPublisher body, BodyHandler<T> handler) {
        return exchange(request, "POST", new ObservedBody(body), handler);
    }

    private <T> CompletableFuture<Exchange<T>> exchange(
            HttpRequest.Builder request, String method, ObservedBody sent, BodyHandler<T> handler) {
        CompletableFuture<Exchange<T>> ending = new CompletableFuture<>();
        ReplaceableClient.Use use;
        try {
            use = client.use();
        } catch (Throwable e) { // such as an OutOfMemoryError
            ending.complete(new Exchange.Failed<>(ExchangeFailure.of(e, deadline, host), sent));
            return ending;
        }
        CompletableFuture<Exchange<T>> exchange = ending.thenApply(end -> note(use, end));
        try {
            var unused = exchange.whenComplete((end, failure) -> ending.cancel(false)); // if the caller cancels
            Runnable closing = () -> ending.complete(new Exchange.Failed<>(ExchangeFailure.closed(), sent));
            running.add(closing);
            var unused2 = ending.whenComplete((end, failure) -> running.remove(closing));
            Exchange<T> late = new Exchange.Failed<>(ExchangeFailure.late(deadline), sent);
            Future<?> timeout = timer.schedule(() -> ending.complete(late), deadline.toMillis(), TimeUnit.MILLISECONDS);
            var unused3 = ending.whenComplete((end, failure) -> timeout.cancel(false));
            if (closed) {
                closing.run();
            } else {
                send(use.client(), request.method(method, sent), handler, sent, ending);
            }
        } catch (Throwable e) { // from a supplied client, a lack of memory or threads, or the closed timer
            ending.complete(new Exchange.Failed<>(
                    closed ? ExchangeFailure.closed() : ExchangeFailure.of(e, deadline, host), sent));
        }
        return exchange;
    }

    private <T> void send(
            HttpClient by,
            HttpRequest.Builder request,
            BodyHandler<T> handler,
            ObservedBody sent,
            CompletableFuture<Exchange<T>> ending) {
        HttpRequest whole = request.version(HttpClient.Version.HTTP_1_1)
                .header("Accept", "application/json")
                .timeout(deadline)
                .build();
        CompletableFuture<HttpResponse<T>> response = by.sendAsync(whole, handler);
        var unused = response.whenComplete((answer, e) -> ending.complete(
                e == null
                        ? new Exchange.Answered<>(answer)
                        : new Exchange.Failed<>(ExchangeFailure.of(e, deadline, host), sent)));
        var unused2 = ending.whenComplete((end, e) -> response.cancel(true)); // closes the connection
    }

    /** Sends a request as {@link #exchange} does, and waits for the end. An interrupt ends the exchange. */
    <T> Exchange<T> exchangeAndWait(HttpRequest.Builder request, HttpRequest.BodyPublisher body, BodyHandler<T> handler)
            throws InterruptedException {
        return exchangeAndWait(request, "POST", body, handler);
    }

    <T> Exchange<T> exchangeAndWait(
            HttpRequest.Builder request, String method, HttpRequest.BodyPublisher body, BodyHandler<T> handler)
            throws InterruptedException {
        ObservedBody sent = new ObservedBody(body);
        CompletableFuture<Exchange<T>> exchange = exchange(request, method, sent, handler);
        try {
            return exchange.get(deadline.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new Exchange.Failed<>(ExchangeFailure.late(deadline), sent);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // cannot happen: see exchange
        } finally {
            exchange.cancel(true);
        }
    }

    private <T> Exchange<T> note(ReplaceableClient.Use use, Exchange<T> end) {
        if (end instanceof Exchange.Answered) {
            client.answered(use);
        } else if (end instanceof Exchange.Failed<T> failed && failed.failure().blamesClient()) {
            client.failed(use);
        }
        return end;
    }

    /** Ends running exchanges and the threads. Waits at most 2 s and never throws. */
    @Override
    public void close() {
        closed = true;
        running.forEach(Runnable::run);
        timer.shutdownNow();
        client.close();
    }

    /** Returns a timer that has a thread only while an exchange runs, and 10 s longer. */
    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, PinterestHttp::thread);
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    /**
     * Returns a client with threads of its own, because a lack of memory may have broken those of the previous client.
     */
    private static ReplaceableClient.Made ownClient() {
        ExecutorService threads =
                Executors.newCachedThreadPool(PinterestHttp::thread); // starts no thread until it is used
        HttpClient client = HttpClient.newBuilder()
                .executor(threads)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        return new ReplaceableClient.Made(client, threads);
    }

    private static HttpClient checked(@Nullable HttpClient supplied, String secret) {
        if (supplied == null) {
            throw new EpikException("The supplier of HTTP clients returned null: make it return a client");
        }
        if (supplied.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new EpikException("The HttpClient follows redirects, which would receive " + secret
                    + ": build it with followRedirects(NEVER), the JDK's default");
        }
        return supplied;
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

    /** Returns whether the host is a loopback address. Resolves no names, because a name can point elsewhere later. */
    private static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return host.matches("[0-9.]+|\\[.*]") && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
