// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.EpikException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One exchange with Pinterest: https or loopback alone, no redirect followed (the token would go along), and one deadline
 * for the whole of it. The JDK's own request timeout ends with the headers, and a body that drips runs on.
 */
final class PinterestHttp implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final String base;
    private final Duration deadline;
    private final HttpClient http;
    private final @Nullable ExecutorService threads;

    /** There was no whole answer; the message says why, in words for people. */
    static final class Unreachable extends Exception {
        private static final long serialVersionUID = 1L;

        private Unreachable(String why) {
            super("Pinterest cannot be reached: " + why + ".");
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    /** @param secret what would leak, such as "the access token" */
    PinterestHttp(URI root, String secret, @Nullable HttpClient supplied) {
        this(root, secret, supplied, DEADLINE);
    }

    /** @param deadline of each exchange; {@link #DEADLINE}, but for tests of networks that stall */
    PinterestHttp(URI root, String secret, @Nullable HttpClient supplied, Duration deadline) {
        if (!isSafe(root)) {
            throw new EpikException("The API's address \"" + root + "\" would send " + secret
                    + " in clear: use https (http is for loopback addresses)");
        }
        if (supplied != null && supplied.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new EpikException("The HttpClient follows redirects, and " + secret
                    + " would go along: build it with followRedirects(NEVER), the JDK's default");
        }
        this.base = root.toString().replaceAll("/+$", "").replaceAll("/v5$", "") + "/v5";
        this.deadline = deadline;
        ExecutorService own = Executors.newCachedThreadPool(PinterestHttp::thread); // starts none until it is used
        this.threads = supplied == null ? own : null;
        this.http = supplied == null ? client(own) : supplied;
    }

    /** @param path behind {@code /v5} */
    URI at(String path) {
        return URI.create(base + path);
    }

    <T> HttpResponse<T> exchange(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body)
            throws Unreachable, InterruptedException {
        CompletableFuture<HttpResponse<T>> exchange = http.sendAsync(
                request.header("Accept", "application/json").timeout(deadline).build(), body);
        try {
            return exchange.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException tooLong) {
            throw tooLate();
        } catch (ExecutionException failed) {
            // The type alone: the message of an HTTP client may quote a header.
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            if (cause instanceof HttpTimeoutException && !(cause instanceof HttpConnectTimeoutException)) {
                throw tooLate(); // the client's own clock was a moment faster
            }
            throw new Unreachable(cause.getClass().getSimpleName());
        } finally {
            exchange.cancel(true);
        }
    }

    private Unreachable tooLate() {
        return new Unreachable("no whole answer within " + deadline.toMillis() + " ms");
    }

    /** On JDK 17 to 20 the JDK's own selector thread goes with the garbage collector. */
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
}
