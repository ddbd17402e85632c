// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.epik.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An events endpoint with any number of ad accounts, each of which may behave in its own way. Counts how often it has
 * accepted each event. FakePinterest has one ad account, and keeps fewer events. Thread-safe.
 */
final class FakeAccounts implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("\"event_id\":\"([^\"]+)\"");
    private static final Pattern PATH = Pattern.compile("/v5/ad_accounts/([^/]+)/events");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "fake-accounts");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Function<List<String>, Answer>> behaviors = new ConcurrentHashMap<>();
    private final Map<String, Integer> accepted = new ConcurrentHashMap<>();
    private final Map<String, Long> acceptedAt = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();

    /**
     * An answer.
     *
     * @param delayMillis before it is sent
     * @param retryAfter in seconds; 0: none
     * @param failed the ids of the events that fail in an answer of status 200
     */
    record Answer(int status, long delayMillis, int retryAfter, Set<String> failed) {
        static final Answer OK = new Answer(200, 0, 0, Set.of());

        static Answer of(int status) {
            return new Answer(status, 0, 0, Set.of());
        }

        static Answer slow(long delayMillis) {
            return new Answer(200, delayMillis, 0, Set.of());
        }

        static Answer retryAfter(int seconds) {
            return new Answer(429, 0, seconds, Set.of());
        }

        static Answer failing(Set<String> ids) {
            return new Answer(200, 0, 0, ids);
        }
    }

    FakeAccounts() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Makes an ad account behave so; the function gets the ids of a request. */
    void behave(String adAccount, Function<List<String>, Answer> behavior) {
        behaviors.put(adAccount, behavior);
    }

    /** Returns how often each event was accepted. */
    Map<String, Integer> accepted() {
        return new TreeMap<>(accepted);
    }

    int acceptedEvents() {
        return accepted.size();
    }

    /** Returns how many acceptances were not the first of their event. */
    int repeats() {
        return accepted.values().stream().mapToInt(times -> times - 1).sum();
    }

    /** Returns those of the events that were never accepted. */
    Set<String> missing(Set<String> ids) {
        Set<String> missing = new TreeSet<>(ids);
        missing.removeAll(accepted.keySet());
        return missing;
    }

    /** Waits until each of the events was accepted. */
    void awaitAccepted(Set<String> ids) {
        Await.until(() -> missing(ids).isEmpty());
    }

    /** Returns when an event was accepted first, by the monotonic clock. */
    long acceptedAt(String id) {
        return acceptedAt.getOrDefault(id, Long.MAX_VALUE);
    }

    int requests(String adAccount) {
        AtomicInteger count = requests.get(adAccount);
        return count == null ? 0 : count.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
            String account = path.matches() ? path.group(1) : "";
            List<String> ids = ids(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            requests.computeIfAbsent(account, key -> new AtomicInteger()).incrementAndGet();
            Answer answer = behaviors.getOrDefault(account, all -> Answer.OK).apply(ids);
            if (answer.delayMillis > 0) {
                Thread.sleep(answer.delayMillis);
            }
            if (answer.status == 200) {
                long now = System.nanoTime();
                ids.stream().filter(id -> !answer.failed.contains(id)).forEach(id -> {
                    accepted.merge(id, 1, Integer::sum);
                    acceptedAt.putIfAbsent(id, now);
                });
            }
            if (answer.retryAfter > 0) {
                exchange.getResponseHeaders().set("Retry-After", Integer.toString(answer.retryAfter));
            }
            byte[] body = (answer.status == 200 ? processed(ids, answer.failed) : "{\"code\":1,\"message\":\"no\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> ids(String body) {
        List<String> ids = new ArrayList<>();
        for (Matcher id = ID.matcher(body); id.find(); ) {
            ids.add(id.group(1));
        }
        return ids;
    }

    private static String processed(List<String> ids, Set<String> failed) {
        List<String> each = ids.stream()
                .map(id -> failed.contains(id)
                        ? "{\"status\":\"failed\",\"error_message\":\"it is bad\",\"warning_message\":\"\"}"
                        : "{\"status\":\"processed\",\"error_message\":\"\",\"warning_message\":\"\"}")
                .toList();
        long good = ids.stream().filter(id -> !failed.contains(id)).count();
        return "{\"num_events_received\":" + ids.size() + ",\"num_events_processed\":" + good + ",\"events\":["
                + String.join(",", each) + "]}";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
