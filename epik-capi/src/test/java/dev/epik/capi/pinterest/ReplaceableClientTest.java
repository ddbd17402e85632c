// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.EpikException;
import dev.epik.capi.Mode;
import dev.epik.capi.pinterest.ReplaceableClient.Made;
import dev.epik.capi.pinterest.ReplaceableClient.Use;
import dev.epik.testing.Await;
import dev.epik.testing.LogCapture;
import dev.epik.testkit.FakePinterest;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A dead HTTP client is replaced, and a good one is not for long. */
@Timeout(120)
class ReplaceableClientTest {
    private static final Duration DEADLINE = Duration.ofMillis(1500);
    private static final AccessToken TOKEN = AccessToken.of("a-token");
    private static final String EVENT = "{}";

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000); // it may overflow
    private final AtomicInteger asked = new AtomicInteger();
    private final LogCapture log = LogCapture.of(ReplaceableClient.class);

    @AfterEach
    void close() {
        log.close();
    }

    private ReplaceableClient client(Supplier<HttpClient> source) {
        return new ReplaceableClient(() -> new Made(source.get(), null), Runnable::run, nanos::get);
    }

    private ReplaceableClient client() {
        return client(() -> {
            asked.incrementAndGet();
            return HttpClient.newHttpClient();
        });
    }

    private void tick(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /** Lets two exchanges fail at their deadline. */
    private void failTwice(ReplaceableClient client) {
        Use use = client.use();
        tick(ReplaceableClient.MIN_FAILURE_TIME);
        client.failed(use);
        client.failed(use);
    }

    // --- the rule

    @Test
    void twoFailuresInARowReplaceTheClient() {
        ReplaceableClient client = client();
        Use first = client.use();
        tick(ReplaceableClient.MIN_FAILURE_TIME);
        client.failed(first);
        assertSame(first.client(), client.use().client());
        client.failed(first);
        assertNotSame(first.client(), client.use().client());
        assertEquals(1, client.replaced());
        assertEquals(2, asked.get());
        assertTrue(log.lines().get(0).startsWith("WARNING The HTTP client was replaced"), log.lines()::toString);
    }

    @Test
    void aCompleteAnswerResetsTheCount() {
        ReplaceableClient client = client();
        for (int i = 0; i < 10; i++) {
            Use use = client.use();
            tick(ReplaceableClient.MIN_FAILURE_TIME);
            client.failed(use);
            client.answered(use);
        }
        assertEquals(0, client.replaced());
    }

    /** The cause of the failure, such as a lack of memory, would end a new client as well. */
    @Test
    void failuresAtOnceReplaceTheClientOnlyAfterTenSeconds() {
        ReplaceableClient client = client();
        for (int seconds = 0; seconds < 10; seconds++) {
            client.failed(client.use());
            client.failed(client.use());
            assertEquals(0, client.replaced());
            tick(Duration.ofSeconds(1));
        }
        client.failed(client.use());
        assertEquals(1, client.replaced());
    }

    @Test
    void theClientIsReplacedAtMostOnceInFiveMinutes() {
        ReplaceableClient client = client();
        failTwice(client);
        for (int seconds = 0; seconds < 299; seconds++) {
            client.failed(client.use());
            tick(Duration.ofSeconds(1));
        }
        client.failed(client.use());
        assertEquals(1, client.replaced());
        tick(Duration.ofSeconds(1));
        client.failed(client.use());
        assertEquals(2, client.replaced());
        assertEquals(1, log.lines().size(), "the same trouble is logged once");
    }

    @Test
    void failuresOfTheOldClientDoNotCountAgainstTheNewOne() {
        ReplaceableClient client = client();
        Use old = client.use();
        failTwice(client);
        tick(ReplaceableClient.MIN_INTERVAL);
        client.failed(old);
        client.failed(old);
        Use fresh = client.use();
        tick(ReplaceableClient.MIN_FAILURE_TIME);
        client.failed(fresh);
        assertEquals(1, client.replaced());
        client.answered(old);
        client.failed(fresh);
        assertEquals(2, client.replaced());
    }

    // --- a source that gives no other client

    @Test
    void keepsTheClientIfTheSourceThrowsAndTriesAgainLater() {
        HttpClient first = HttpClient.newHttpClient();
        ReplaceableClient client = client(() -> {
            switch (asked.incrementAndGet()) {
                case 1 -> {
                    return first;
                }
                case 2 -> throw new IllegalStateException("canary");
                case 3 -> throw new EpikException("The supplier of HTTP clients returned null");
                default -> {
                    return HttpClient.newHttpClient();
                }
            }
        });
        for (int i = 0; i < 2; i++) {
            failTwice(client);
            failTwice(client);
            assertSame(first, client.use().client());
            assertEquals(2 + i, asked.get());
            tick(ReplaceableClient.MIN_INTERVAL);
        }
        assertEquals(
                List.of("WARNING The HTTP client has stopped working and cannot be replaced:"
                        + " its supplier threw java.lang.IllegalStateException"),
                log.lines());
        failTwice(client);
        assertNotSame(first, client.use().client());
        assertEquals(1, client.replaced());
    }

    @Test
    void returningTheSameClientIsNotAReplacement() {
        HttpClient only = HttpClient.newHttpClient();
        ReplaceableClient client = client(() -> only);
        failTwice(client);
        assertEquals(0, client.replaced());
        assertTrue(log.lines().get(0).contains("make it return a new client each time"), log.lines()::toString);
    }

    @Test
    void aLackOfMemoryDelaysTheReplacementToTheNextFailure() {
        ReplaceableClient client = client(() -> {
            if (asked.incrementAndGet() == 2) {
                throw new OutOfMemoryError("for this test");
            }
            return HttpClient.newHttpClient();
        });
        failTwice(client);
        assertEquals(0, client.replaced());
        client.failed(client.use());
        assertEquals(1, client.replaced());
    }

    @Test
    void aLackOfThreadsDelaysTheReplacementToTheNextFailure() {
        AtomicInteger executed = new AtomicInteger();
        ReplaceableClient client = new ReplaceableClient(
                () -> new Made(HttpClient.newHttpClient(), Executors.newCachedThreadPool()),
                work -> {
                    if (executed.getAndIncrement() == 0) {
                        throw new RejectedExecutionException();
                    }
                    work.run();
                },
                nanos::get);
        failTwice(client);
        assertEquals(0, client.replaced());
        client.failed(client.use());
        assertEquals(1, client.replaced());
        client.close();
    }

    @Test
    void aClosedClientIsNotReplaced() {
        ReplaceableClient client = client();
        client.close();
        failTwice(client);
        assertEquals(1, asked.get());
    }

    // --- over HTTP

    /** Returns an API client with a clock that runs ten times too fast. */
    private static PinterestApi api(URI root) {
        return new PinterestApi(root, Mode.LIVE, null, DEADLINE, () -> 10 * System.nanoTime());
    }

    private static Reply send(PinterestApi api, String account) {
        return api.send(account, TOKEN, List.of(EVENT)).join();
    }

    private static Set<Thread> selectors() {
        Set<Thread> selectors = new HashSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().matches("HttpClient-\\d+-SelectorManager")) {
                selectors.add(thread);
            }
        }
        return selectors;
    }

    private static void endSelectorsExcept(Set<Thread> others) throws InterruptedException {
        for (Thread selector : selectors()) {
            if (!others.contains(selector)) {
                selector.interrupt(); // an OutOfMemoryError in it does the same
                selector.join();
            }
        }
    }

    @Test
    void aClientWhoseThreadHasEndedIsReplacedBeforeTheNextExchange() throws Exception {
        Set<Thread> others = selectors();
        try (FakePinterest pinterest = FakePinterest.builder("1", "a-token").start();
                PinterestApi api = api(pinterest.uri())) {
            for (int ended = 0; ended < 3; ended++) {
                assertInstanceOf(Reply.Undecided.class, send(api, "1"));
                assertEquals(ended, api.replacedClients());
                endSelectorsExcept(others);
            }
        }
    }

    @Test
    void aSuppliedClientWhoseThreadHasEndedIsReplacedAfterFailures() throws Exception {
        Set<Thread> others = selectors();
        try (FakePinterest pinterest = FakePinterest.builder("1", "a-token").start();
                PinterestApi api = new PinterestApi(
                        pinterest.uri(),
                        Mode.LIVE,
                        HttpClient::newHttpClient,
                        DEADLINE,
                        () -> 10 * System.nanoTime())) {
            assertInstanceOf(Reply.Undecided.class, send(api, "1"));
            endSelectorsExcept(others);
            assertInstanceOf(Reply.Pause.class, send(api, "1"));
            assertEquals(0, api.replacedClients());
            Await.until(() -> {
                assertInstanceOf(Reply.Pause.class, send(api, "2"), "failures of all ad accounts count");
                return api.replacedClients() > 0;
            });
            assertInstanceOf(Reply.Undecided.class, send(api, "1"));
        }
    }

    @Test
    void aRefusedConnectionDoesNotReplaceTheClient() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        PinterestApi api = api(URI.create("http://127.0.0.1:" + free));
        for (int i = 0; i < 5; i++) {
            assertInstanceOf(Reply.Pause.class, send(api, "1"));
        }
        api.close(); // a replacement would be in another thread
        assertEquals(0, api.replacedClients());
    }
}
