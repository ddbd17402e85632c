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
 * HTTP exchanges with Pinterest: over https or to loopback only, and without following redirects, which would take the
 * secrets along.
 *
 * <p><b>HTTP/1.1 only.</b> When a connection dies in silence, the JDK's client closes it at the first timeout under
 * HTTP/1.1. Under HTTP/2 it goes on using it for as long as TCP does not give up, which may be for ever. A few requests
 * a second gain nothing by HTTP/2.
 *
 * <p><b>Deadline.</b> Each exchange has one deadline for the whole of it. The JDK's request timeout ends with the
 * headers, and a body that comes byte by byte goes on. The deadline has a timer of its own. The HTTP client's may be
 * dead, and so may be the one of {@code CompletableFuture.orTimeout}: on JDK 25 an OutOfMemoryError ends that one for
 * the life of the JVM. A {@link ScheduledThreadPoolExecutor} replaces its thread.
 *
 * <p><b>Threads.</b> Thread-safe. Futures complete on a thread of the HTTP client or on the timer's, so what depends on
 * them must not wait.
 *
 * <p><b>Lifetime.</b> {@link #close()} ends exchanges under way and the threads, but leaves supplied clients as they
 * are. On JDK 17 to 20 the JDK's own thread of a client ends with the garbage collector.
 */
final class PinterestHttp implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** How long a waiting caller waits beyond the deadline, if the timer has no thread for want of memory. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final String base;
    private final Duration deadline;
    private final ReplaceableClient client;
    private final ScheduledThreadPoolExecutor timer = timer();

    /** Each ends an exchange under way. */
    private final Set<Runnable> underWay = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    /**
     * @param secret what would leak, such as "the access token"
     * @param clients makes the first client and its replacements; null for our own
     * @param deadline of each exchange
     * @param nanoTime a monotonic clock, for the time between replacements of the client
     * @throws EpikException if the root is not safe, or the first client follows redirects or is null
     */
    PinterestHttp(
            URI root, String secret, @Nullable Supplier<HttpClient> clients, Duration deadline, LongSupplier nanoTime) {
        if (!isSafe(root)) {
            throw new EpikException("The API's address \"" + root + "\" would send " + secret
                    + " in clear: use https (http is for loopback addresses)");
        }
        this.base = root.toString().replaceAll("/+$", "").replaceAll("/v5$", "") + "/v5";
        this.deadline = deadline;
        Supplier<ReplaceableClient.Made> source = clients == null
                ? PinterestHttp::ownClient
                : () -> new ReplaceableClient.Made(checked(clients.get(), secret), null);
        this.client = new ReplaceableClient(source, work -> thread(work).start(), nanoTime);
    }

    /**
     * Returns the address of an endpoint.
     *
     * @param path behind {@code /v5}
     */
    URI at(String path) {
        return URI.create(base + path);
    }

    /** Returns how often the HTTP client was replaced. */
    int replacedClients() {
        return client.replaced();
    }

    /**
     * Sends a request and never waits. Never throws, and the future never completes exceptionally, unless the caller
     * cancels it: that ends the exchange.
     */
    <T> CompletableFuture<Exchange<T>> exchange(
            HttpRequest.Builder request, HttpRequest.BodyPublisher body, BodyHandler<T> handler) {
        return exchange(request, new ObservedBody(body), handler);
    }

    private <T> CompletableFuture<Exchange<T>> exchange(
            HttpRequest.Builder request, ObservedBody sent, BodyHandler<T> handler) {
        CompletableFuture<Exchange<T>> ending = new CompletableFuture<>();
        ReplaceableClient.Use use;
        try {
            use = client.use();
        } catch (Throwable e) { // such as a lack of memory
            ending.complete(new Exchange.Failed<>(ExchangeFailure.of(e, deadline), sent));
            return ending;
        }
        CompletableFuture<Exchange<T>> exchange = ending.thenApply(end -> note(use, end));
        try {
            var unused = exchange.whenComplete((end, failure) -> ending.cancel(false)); // if the caller cancels
            Runnable closing = () -> ending.complete(new Exchange.Failed<>(ExchangeFailure.closed(), sent));
            underWay.add(closing);
            var unused2 = ending.whenComplete((end, failure) -> underWay.remove(closing));
            Exchange<T> late = new Exchange.Failed<>(ExchangeFailure.late(deadline), sent);
            Future<?> timeout = timer.schedule(() -> ending.complete(late), deadline.toMillis(), TimeUnit.MILLISECONDS);
            var unused3 = ending.whenComplete((end, failure) -> timeout.cancel(false));
            if (closed) {
                closing.run();
            } else {
                send(use.client(), request.POST(sent), handler, sent, ending);
            }
        } catch (Throwable e) { // a supplied client, a lack of memory or of threads, or the closed timer
            ending.complete(
                    new Exchange.Failed<>(closed ? ExchangeFailure.closed() : ExchangeFailure.of(e, deadline), sent));
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
                        : new Exchange.Failed<>(ExchangeFailure.of(e, deadline), sent)));
        var unused2 = ending.whenComplete((end, e) -> response.cancel(true)); // closes the connection
    }

    /** As {@link #exchange}, and waits for the end. An interrupt ends the exchange. */
    <T> Exchange<T> exchangeAndWait(HttpRequest.Builder request, HttpRequest.BodyPublisher body, BodyHandler<T> handler)
            throws InterruptedException {
        ObservedBody sent = new ObservedBody(body);
        CompletableFuture<Exchange<T>> exchange = exchange(request, sent, handler);
        try {
            return exchange.get(deadline.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new Exchange.Failed<>(ExchangeFailure.late(deadline), sent);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // never: see exchange
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

    /** Never throws. Waits 2 s at most. */
    @Override
    public void close() {
        closed = true;
        underWay.forEach(Runnable::run);
        timer.shutdownNow();
        client.close();
    }

    /** Has one thread while there is a deadline to wait for, and shortly after. */
    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, PinterestHttp::thread);
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    /** Each client has threads of its own: a lack of memory may have broken those of the client before. */
    private static ReplaceableClient.Made ownClient() {
        ExecutorService threads = Executors.newCachedThreadPool(PinterestHttp::thread); // starts none until it is used
        HttpClient client = HttpClient.newBuilder()
                .executor(threads)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        return new ReplaceableClient.Made(client, threads);
    }

    private static HttpClient checked(@Nullable HttpClient supplied, String secret) {
        if (supplied == null) {
            throw new EpikException("The supplier of HTTP clients returned null: let it return a client");
        }
        if (supplied.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new EpikException("The HttpClient follows redirects, and " + secret
                    + " would go along: build it with followRedirects(NEVER), the JDK's default");
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

    /** Looks no name up: one that points to loopback today may point elsewhere tomorrow. */
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
