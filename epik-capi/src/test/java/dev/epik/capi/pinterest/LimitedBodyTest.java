// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.Mode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class LimitedBodyTest {
    private static final int LIMIT = 1000;
    private static final ResponseInfo HEAD = new ResponseInfo() {
        @Override
        public int statusCode() {
            return 200;
        }

        @Override
        public HttpHeaders headers() {
            return HttpHeaders.of(Map.of(), (name, value) -> true);
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    };

    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final AtomicLong kept = new AtomicLong();

    private BodySubscriber<String> subscribed() {
        BodySubscriber<String> limited =
                LimitedBody.of(head -> new Counting(), LIMIT).apply(HEAD);
        limited.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {
                cancelled.set(true);
            }
        });
        return limited;
    }

    private static List<ByteBuffer> bytes(int count) {
        return List.of(ByteBuffer.wrap("x".repeat(count).getBytes(ISO_8859_1)));
    }

    /** Counts and keeps the bytes that it receives. */
    private final class Counting implements BodySubscriber<String> {
        private final BodySubscriber<String> whole = BodySubscribers.ofString(UTF_8);

        @Override
        public CompletableFuture<String> getBody() {
            return whole.getBody().toCompletableFuture();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            whole.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            buffers.forEach(buffer -> kept.addAndGet(buffer.remaining()));
            whole.onNext(buffers);
        }

        @Override
        public void onError(Throwable e) {
            whole.onError(e);
        }

        @Override
        public void onComplete() {
            whole.onComplete();
        }
    }

    @Test
    void aBodyOfTheLimitIsRead() {
        BodySubscriber<String> body = subscribed();
        body.onNext(bytes(LIMIT / 2));
        body.onNext(bytes(LIMIT / 2));
        body.onComplete();
        assertEquals(LIMIT, body.getBody().toCompletableFuture().join().length());
    }

    @Test
    void cancelsAtTheFirstByteBeyondTheLimit() {
        BodySubscriber<String> body = subscribed();
        body.onNext(bytes(LIMIT));
        assertTrue(!cancelled.get());
        body.onNext(bytes(1));
        assertTrue(cancelled.get());
        for (int i = 0; i < 1000; i++) {
            body.onNext(bytes(LIMIT)); // some may arrive after the cancel
        }
        body.onComplete();
        assertEquals(LIMIT, kept.get());
        var e = assertThrows(
                CompletionException.class,
                () -> body.getBody().toCompletableFuture().join());
        assertEquals(
                HEAD, assertInstanceOf(LimitedBody.TooLong.class, e.getCause()).head());
    }

    @Test
    void anErrorPassesThrough() {
        BodySubscriber<String> body = subscribed();
        body.onError(new IOException("reset"));
        var e = assertThrows(
                CompletionException.class,
                () -> body.getBody().toCompletableFuture().join());
        assertTrue(String.valueOf(e.getCause()).endsWith("reset"), e::toString);
    }

    // --- over HTTP

    /**
     * Starts a server whose answers never end. Returns a future that completes with the number of bytes that it could
     * write to one client.
     */
    private static CompletableFuture<Long> endless(ServerSocket server, String head, byte[] piece) {
        CompletableFuture<Long> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            long bytes = 0;
            try (Socket client = server.accept()) {
                assertTrue(client.getInputStream().read(new byte[1 << 16]) > 0);
                OutputStream out = client.getOutputStream();
                out.write(head.getBytes(ISO_8859_1));
                while (true) {
                    out.write(piece);
                    bytes += piece.length;
                }
            } catch (IOException e) {
                ended.complete(bytes);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return ended;
    }

    private static final byte[] RAW = "x".repeat(1 << 14).getBytes(ISO_8859_1);
    private static final byte[] CHUNK = ("4000\r\n" + "x".repeat(1 << 14) + "\r\n").getBytes(ISO_8859_1);

    @ParameterizedTest
    @CsvSource({
        "200, '', 1, The 200 answer is longer than 73728 bytes: is a proxy",
        "200, '', 1000, The 200 answer is longer than 8257536 bytes: is a proxy",
        "200, 'Transfer-Encoding: chunked', 1, The 200 answer is longer than 73728 bytes: is a proxy",
        "200, 'Content-Length: 9000000000', 1, The 200 answer is longer than 73728 bytes: is a proxy",
        "200, 'Content-Encoding: gzip', 1, The 200 answer is longer than 73728 bytes: is a proxy",
        "503, 'Retry-After: 17', 1, Pinterest answered 503.",
        "401, '', 1, Pinterest answered 401.",
    })
    void endsAnEndlessAnswer(int status, String header, int events, String reason) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                PinterestApi api =
                        new PinterestApi(URI.create("http://127.0.0.1:" + server.getLocalPort()), Mode.LIVE, null)) {
            String head = "HTTP/1.1 " + status + " X\r\n" + (header.isEmpty() ? "" : header + "\r\n") + "\r\n";
            CompletableFuture<Long> ended = endless(server, head, header.contains("chunked") ? CHUNK : RAW);
            Reply reply = api.send("1", AccessToken.of("a-token"), Collections.nCopies(events, "{}"))
                    .join();
            Reply.Pause pause = assertInstanceOf(Reply.Pause.class, reply);
            assertTrue(pause.reason().startsWith(reason), pause.reason());
            assertEquals(status, pause.status());
            assertEquals(status == 503, pause.retryAfter().equals(Optional.of(Duration.ofSeconds(17))));
            long written = ended.get(30, TimeUnit.SECONDS); // the connection was closed
            assertTrue(written < PinterestApi.MAX_BODY_BYTES + (32L << 20), () -> written + " bytes");
        }
    }

    @Test
    void endsAnEndlessTokenAnswer() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                TokenEndpoint endpoint = new TokenEndpoint(
                        URI.create("http://127.0.0.1:" + server.getLocalPort()), "id", "secret", null)) {
            CompletableFuture<Long> ended = endless(server, "HTTP/1.1 200 OK\r\n\r\n", RAW);
            TokenReply reply = endpoint.refresh("a-refresh-token", () -> BodySubscribers.ofString(UTF_8));
            assertEquals(
                    "Pinterest cannot be reached: the answer is longer than 1048576 bytes.",
                    assertInstanceOf(TokenReply.Failed.class, reply).pause().reason());
            assertTrue(ended.get(30, TimeUnit.SECONDS) < 32L << 20);
        }
    }
}
