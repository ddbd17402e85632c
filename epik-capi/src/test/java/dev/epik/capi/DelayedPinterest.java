// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A fake Pinterest that accepts every event after a delay, with two threads for any number of requests in flight. It
 * never answers requests of some ad accounts. It counts requests in flight and connections.
 */
final class DelayedPinterest implements AutoCloseable {
    private static final String EVENT = "\"event_name\"";
    private static final String RESULT = "{\"status\":\"processed\",\"error_message\":\"\",\"warning_message\":\"\"}";

    private final HttpServer server;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "delayed-pinterest");
        thread.setDaemon(true);
        return thread;
    });
    private final Duration delay;
    private final Predicate<String> hangs;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger maxInFlight = new AtomicInteger();
    private final Set<Integer> connections = ConcurrentHashMap.newKeySet();

    /** @param hangs whether requests of the ad account with this id are never answered */
    DelayedPinterest(Duration delay, Predicate<String> hangs) throws IOException {
        this.delay = delay;
        this.hangs = hangs;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
        server.createContext("/", this::take);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    int maxInFlight() {
        return maxInFlight.get();
    }

    /** Returns how many connections were made so far. */
    int connections() {
        return connections.size();
    }

    private void take(HttpExchange exchange) throws IOException {
        connections.add(exchange.getRemoteAddress().getPort());
        maxInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String adAccount = exchange.getRequestURI().getPath().replaceAll("^/v5/ad_accounts/|/events$", "");
        if (hangs.test(adAccount)) {
            return;
        }
        int events = 0;
        for (int at = body.indexOf(EVENT); at >= 0; at = body.indexOf(EVENT, at + 1)) {
            events++;
        }
        byte[] answer = ("{\"num_events_received\":%d,\"num_events_processed\":%d,\"events\":["
                                .formatted(events, events)
                        + String.join(",", Collections.nCopies(events, RESULT)) + "]}")
                .getBytes(StandardCharsets.UTF_8);
        var unused = timer.schedule(() -> answer(exchange, answer), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void answer(HttpExchange exchange, byte[] answer) {
        inFlight.decrementAndGet();
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        } catch (IOException ignored) {
            // the client has given up
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        server.stop(0);
    }
}
