// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that order without a break. Each takes the next pod for each request, as a load balancer does, and tries an
 * order on other pods until one acknowledges it. Thread-safe.
 */
final class Buyers implements AutoCloseable {
    private static final Duration MAX_ANSWER = Duration.ofSeconds(5);

    private final List<Pod> pods = new CopyOnWriteArrayList<>();
    private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger turns = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile Duration pause;
    private volatile boolean closing;

    /** @param pause the time between two orders of one buyer */
    Buyers(int count, Duration pause, List<Pod> first) {
        this.pause = pause;
        pods.addAll(first);
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(this::run, "buyer " + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    /** Lets requests go to a pod too. */
    void add(Pod pod) {
        pods.add(pod);
    }

    /** Sends no more requests to a pod. */
    void remove(Pod pod) {
        pods.remove(pod);
    }

    void pause(Duration time) {
        pause = time;
    }

    /** Returns the ids of the events of all orders that a shop has acknowledged. */
    Set<String> acknowledged() {
        return acknowledged;
    }

    /** Returns the answers of shops that could not store an event. */
    List<String> refused() {
        return List.copyOf(refused);
    }

    void awaitAcknowledged(int count) throws InterruptedException {
        while (acknowledged.size() < count) {
            Thread.sleep(10);
        }
    }

    private void run() {
        HttpClient client = HttpClient.newHttpClient();
        try {
            while (!closing && !pods.isEmpty()) {
                order(client, numbers.incrementAndGet());
                Thread.sleep(pause.toMillis());
            }
        } catch (InterruptedException ignored) {
            // nothing interrupts this thread
        }
    }

    private void order(HttpClient client, int number) throws InterruptedException {
        while (!pods.isEmpty()) {
            try {
                Pod pod = pods.get(Math.floorMod(turns.incrementAndGet(), Math.max(1, pods.size())));
                URI address = pod.at("/order?number=" + number);
                HttpRequest request = HttpRequest.newBuilder(address)
                        .header("User-Agent", "a test")
                        .timeout(MAX_ANSWER)
                        .POST(BodyPublishers.noBody())
                        .build();
                HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
                if (answer.statusCode() == 200 && answer.body().equals("stored")) {
                    acknowledged.add("order-" + number);
                    return;
                }
                refused.add(number + " " + answer.statusCode() + " " + answer.body());
            } catch (IOException | IndexOutOfBoundsException ignored) {
                Thread.sleep(20); // the pod is gone: another one gets the order
            }
        }
    }

    /** Waits until every order that was begun is acknowledged, or until there is no pod any more. */
    void finish() throws InterruptedException {
        closing = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Ends the threads without waiting. */
    @Override
    public void close() {
        closing = true;
        pods.clear();
    }
}
