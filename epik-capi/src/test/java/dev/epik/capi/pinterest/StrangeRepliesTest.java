// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bytes that no Pinterest should send. Each is a reply, none an exception, and only a result for the event settles it.
 */
@Timeout(60)
class StrangeRepliesTest {
    private static final String OK = "{\"events\":[{\"status\":\"processed\"}]}";
    private static final String CLOSE = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";

    private static String ok(String head) {
        return "HTTP/1.1 200 OK\r\n" + head + "Content-Length: " + OK.length() + "\r\n\r\n" + OK;
    }

    private static Arguments row(String name, String reply, boolean mayHaveCounted, String bytes) {
        return Arguments.of(name, reply, mayHaveCounted, bytes.getBytes(ISO_8859_1));
    }

    private static Arguments row(String name, String reply, boolean mayHaveCounted, String head, byte[] body) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes((head + "Content-Length: " + body.length + "\r\n\r\n").getBytes(ISO_8859_1));
        whole.writeBytes(body);
        return Arguments.of(name, reply, mayHaveCounted, whole.toByteArray());
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(plain);
        }
        return zipped.toByteArray();
    }

    private static Stream<Arguments> heads() throws IOException {
        byte[] bomb = gzip(new byte[16 << 20]);
        String http200 = "HTTP/1.1 200 OK\r\n";
        return Stream.of(
                row("plain", "Settled", false, ok("")),
                row("103 first", "Settled", false, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + ok("")),
                row("100 first", "Settled", false, "HTTP/1.1 100 Continue\r\n\r\n" + ok("")),
                row("102 first", "Settled", false, "HTTP/1.1 102 Processing\r\n\r\n" + ok("")),
                row("101", "Pause", true, "HTTP/1.1 101 X\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"),
                row("gzip", "Pause", true, http200 + "Content-Encoding: gzip\r\n", gzip(OK.getBytes(ISO_8859_1))),
                row("gzip bomb", "Pause", true, http200 + "Content-Encoding: gzip\r\n", bomb),
                row("byte order mark", "Pause", true, http200, ("\u00EF\u00BB\u00BF" + OK).getBytes(ISO_8859_1)),
                row("UTF-16", "Settled", false, http200 + "Content-Type: a/b; charset=UTF-16\r\n", OK.getBytes(UTF_16)),
                row("unknown charset", "Settled", false, ok("Content-Type: application/json; charset=bogus\r\n")),
                row("chunk of no size", "Pause", true, http200 + "Transfer-Encoding: chunked\r\n\r\nzzzz\r\nabc"),
                row("huge chunk", "Pause", true, http200 + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nabc"),
                row("chunk cut short", "Pause", true, http200 + "Transfer-Encoding: chunked\r\n\r\n7FFFFFFF\r\nabc"),
                row("negative length", "Pause", true, http200 + "Content-Length: -5\r\n\r\n" + OK),
                row("length of 9e18", "Pause", true, http200 + "Content-Length: 9000000000000000000\r\n\r\n" + OK),
                row("length too great", "Pause", true, http200 + "Content-Length: 2147483647\r\n\r\n" + OK),
                row("length too small", "Pause", true, http200 + "Content-Length: 5\r\n\r\n" + OK),
                row("no head", "Pause", true, "garbage\r\n\r\n"),
                row("TLS alert", "Pause", true, "\u0015\u0003\u0001\u0000\u0002\u0002("),
                row("nothing", "Pause", true, ""),
                row("2 MB of one header", "Pause", true, http200 + "X: " + "x".repeat(2_000_000) + "\r\n\r\n"),
                row("1.2 MB of headers", "Pause", true, http200 + "X: y\r\n".repeat(200_000) + "\r\n"),
                row("no date", "Settled", false, ok("Date: yesterday\r\n")));
    }

    private static Stream<Arguments> statuses() {
        String empty = "Content-Length: 0\r\n\r\n";
        return Stream.of(
                row("999", "Pause", true, "HTTP/1.1 999 X\r\n" + empty),
                row("000", "Pause", true, "HTTP/1.1 000 X\r\n" + empty),
                row("204", "Pause", true, "HTTP/1.1 204 No Content\r\n\r\n"),
                row("304", "Pause", false, "HTTP/1.1 304 Not Modified\r\n\r\n"),
                row("302", "Pause", false, "HTTP/1.1 302 Found\r\nLocation: http://evil.example/\r\n" + empty),
                row("401", "Pause", false, "HTTP/1.1 401 U\r\nWWW-Authenticate: Basic\r\n" + empty),
                row("407", "Pause", false, "HTTP/1.1 407 P\r\nProxy-Authenticate: Basic\r\n" + empty),
                row("429 till a date", "Pause", false, "HTTP/1.1 429 T\r\nRetry-After: Wed, 21 Oct 2026\r\n" + empty),
                row("429 twice", "Pause", false, "HTTP/1.1 429 T\r\nRetry-After: 5\r\nRetry-After: 500\r\n" + empty));
    }

    private static Stream<Arguments> bodies() {
        return Stream.of(
                row("deep", "Pause", true, CLOSE + "[".repeat(60_000)),
                row("deep details", "Pause", true, CLOSE + "{\"details\":".repeat(6_000)),
                row("twice", "Pause", true, CLOSE + "{\"events\":[{\"status\":\"processed\",\"status\":\"failed\"}]}"),
                row("a million results", "Pause", true, CLOSE + "{\"events\":[" + "{},".repeat(999_999) + "{}]}"),
                row("null", "Pause", true, CLOSE + "{\"events\":[null]}"),
                row("a number", "Pause", true, CLOSE + "{\"events\":[{\"status\":1e999999999}]}"),
                row("text behind", "Pause", true, CLOSE + OK + "x"));
    }

    static Stream<Arguments> replies() throws IOException {
        return Stream.of(heads(), statuses(), bodies()).flatMap(rows -> rows);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("replies")
    void isReadWithoutAnException(String name, String expected, boolean mayHaveCounted, byte[] bytes) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> answer(server, bytes));
            thread.setDaemon(true);
            thread.start();
            try (PinterestApi api = TestPinterestApi.withDeadline(
                    URI.create("http://127.0.0.1:" + server.getLocalPort()), null, Duration.ofSeconds(3))) {
                Reply reply =
                        api.send("1", AccessToken.of("a-token"), List.of("{}")).join();
                assertEquals(expected, reply.getClass().getSimpleName(), reply::toString);
                if (reply instanceof Reply.Pause pause) {
                    assertEquals(mayHaveCounted, pause.mayHaveCounted(), pause::toString);
                    assertTrue(pause.reason().length() < 300, pause::toString);
                }
            }
        }
    }

    private static void answer(ServerSocket server, byte[] bytes) {
        try (Socket client = server.accept()) {
            StringBuilder request = new StringBuilder();
            byte[] buffer = new byte[1 << 16];
            while (!request.toString().endsWith("]}")) {
                int length = client.getInputStream().read(buffer);
                request.append(new String(buffer, 0, length, ISO_8859_1));
            }
            client.getOutputStream().write(bytes);
            client.shutdownOutput();
            client.getInputStream().readAllBytes(); // until the client hangs up: a reset could overtake the answer
        } catch (IOException ignored) {
            // the client has seen enough
        }
    }
}
