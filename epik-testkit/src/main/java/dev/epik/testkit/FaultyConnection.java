// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One connection through {@link FaultProxy}: a request, and what becomes of it. */
final class FaultyConnection {
    private static final int LONGEST_HEAD = 64 << 10;
    private static final int FOUR_MEGABYTES = 4 << 20;
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?im)^(content-length: *)(\\d+)");
    private static final List<String> OF_ONE_HOP =
            List.of("connection:", "keep-alive:", "upgrade:", "http2-settings:", "expect:");

    private final Socket raw;
    private final URI target;
    private final Duration drip;
    private final AtomicInteger held;

    FaultyConnection(Socket raw, URI target, Duration drip, AtomicInteger held) {
        this.raw = raw;
        this.target = target;
        this.drip = drip;
        this.held = held;
    }

    void serve(@Nullable SelfSigned identity, @Nullable Fault fault) throws IOException {
        if (fault == Fault.RESET_ON_CONNECT) {
            reset(raw);
        } else if (fault == Fault.PLAIN_TEXT_FOR_TLS) {
            raw.getInputStream().read(new byte[LONGEST_HEAD]); // or the answer is lost in a reset
            write(raw, page(400, "<html>Speak plainly</html>"));
            raw.shutdownOutput();
            hold(raw);
        } else if (identity == null) {
            exchange(raw, fault);
        } else {
            SelfSigned shown = fault == Fault.UNTRUSTED_CERTIFICATE ? SelfSigned.create() : identity;
            try (Socket secure = shown.secured(raw)) {
                exchange(secure, fault);
            }
        }
    }

    private void exchange(Socket client, @Nullable Fault fault) throws IOException {
        String head = head(client.getInputStream());
        if (fault == Fault.RESET_IN_REQUEST) {
            reset(raw);
            return;
        }
        byte[] body = body(client.getInputStream(), head);
        if (fault == null || fault.arrives()) {
            byte[] answer = forward(head, body);
            answer(client, answer, fault);
        } else {
            instead(client, fault);
        }
        if (!raw.isClosed()) {
            client.shutdownOutput();
        }
    }

    /** Pinterest has the request. */
    private void answer(Socket client, byte[] answer, @Nullable Fault fault) throws IOException {
        int bodyAt = new String(answer, ISO_8859_1).indexOf("\r\n\r\n") + 4;
        int middle = bodyAt + (answer.length - bodyAt) / 2;
        if (fault == null) {
            write(client, answer);
            return;
        }
        switch (fault) {
            case RESET_AFTER_REQUEST -> reset(raw);
            case STALL_AFTER_REQUEST -> hold(client);
            case HALF_ANSWER -> write(client, Arrays.copyOf(answer, middle));
            case DRIPPING_ANSWER -> drip(client, answer, bodyAt);
            case TOO_GREAT_CONTENT_LENGTH -> write(client, withLength(answer, bodyAt, 2));
            case TOO_SMALL_CONTENT_LENGTH -> write(client, withLength(answer, bodyAt, 0.5));
            default -> {
                // CLOSE_AFTER_REQUEST: not a byte
            }
        }
    }

    /** Pinterest does not have it. */
    private void instead(Socket client, Fault fault) throws IOException {
        switch (fault) {
            case STALL -> hold(client);
            case HTML_502 -> write(client, page(502, "<html><h1>502 Bad Gateway</h1></html>"));
            case LOGIN_PAGE -> write(client, page(200, "<html><form>Sign in to this network</form></html>"));
            case GARBAGE -> write(client, "\u0000\u0001SSH-2.0-OpenSSH_9.2\r\n\u00ff\r\n\r\n".getBytes(ISO_8859_1));
            case ENDLESS_HEADER -> {
                byte[] start = "HTTP/1.1 200 OK\r\nX-Endless: ".getBytes(ISO_8859_1);
                byte[] endless = Arrays.copyOf(start, FOUR_MEGABYTES);
                Arrays.fill(endless, start.length, endless.length, (byte) 'a');
                write(client, endless);
                while (true) { // until either end hangs up
                    drip(client, new byte[] {'a'}, 0);
                }
            }
            default -> throw new IllegalStateException(fault + " is no fault of a request");
        }
    }

    /** Until the client hangs up, or the proxy is healed or closed. */
    private void hold(Socket client) throws IOException {
        held.incrementAndGet();
        try {
            while (client.getInputStream().read() >= 0) {
                // what it may still say is of no interest
            }
        } finally {
            held.decrementAndGet();
        }
    }

    /** Waits by reading, so that it ends with the client. */
    private void drip(Socket client, byte[] answer, int from) throws IOException {
        client.getOutputStream().write(answer, 0, from);
        client.setSoTimeout((int) Math.max(1, drip.toMillis()));
        for (int i = from; i < answer.length; i++) {
            write(client, new byte[] {answer[i]});
            try {
                if (client.getInputStream().read() < 0) {
                    throw new EOFException("The client hung up");
                }
            } catch (SocketTimeoutException next) {
                // time for another byte
            }
        }
    }

    private byte[] forward(String head, byte[] body) throws IOException {
        StringBuilder hop = new StringBuilder();
        for (String line : head.split("\r\n", -1)) {
            String name = line.toLowerCase(Locale.ROOT);
            if (!line.isEmpty() && OF_ONE_HOP.stream().noneMatch(name::startsWith)) {
                hop.append(line).append("\r\n");
            }
        }
        hop.append("Connection: close\r\n\r\n");
        try (Socket pinterest = new Socket(target.getHost(), target.getPort())) {
            OutputStream out = pinterest.getOutputStream();
            out.write(hop.toString().getBytes(ISO_8859_1));
            out.write(body);
            out.flush();
            String answer = new String(pinterest.getInputStream().readAllBytes(), ISO_8859_1);
            // or a client keeps the connection for a next request that it cannot have
            return answer.replaceFirst("\r\n", "\r\nConnection: close\r\n").getBytes(ISO_8859_1);
        }
    }

    private static byte[] withLength(byte[] answer, int bodyAt, double factor) {
        String head = new String(answer, 0, bodyAt, ISO_8859_1);
        String changed = CONTENT_LENGTH.matcher(head).replaceAll(found -> length(found, factor));
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(changed.getBytes(ISO_8859_1));
        whole.write(answer, bodyAt, answer.length - bodyAt);
        return whole.toByteArray();
    }

    private static String length(MatchResult found, double factor) {
        return found.group(1) + (long) (Long.parseLong(found.group(2)) * factor);
    }

    private static byte[] page(int status, String html) {
        return "HTTP/1.1 %d A page\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                .formatted(status, html.length(), html)
                .getBytes(ISO_8859_1);
    }

    private static void write(Socket to, byte[] bytes) throws IOException {
        to.getOutputStream().write(bytes);
        to.getOutputStream().flush();
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            head.append((char) next(in));
            if (head.length() > LONGEST_HEAD) {
                throw new IOException("The request's head is longer than " + LONGEST_HEAD + " bytes");
            }
        }
        return head.toString();
    }

    /** As it comes, chunks and all. */
    private static byte[] body(InputStream in, String head) throws IOException {
        var length = CONTENT_LENGTH.matcher(head);
        if (length.find()) {
            return in.readNBytes(Integer.parseInt(length.group(2)));
        }
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        if (head.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked")) {
            int size;
            do {
                String line = line(in, chunks);
                size = Integer.parseInt(line.split(";", 2)[0].strip(), 16);
                chunks.writeBytes(in.readNBytes(size));
                line(in, chunks);
            } while (size > 0);
        }
        return chunks.toByteArray();
    }

    private static String line(InputStream in, ByteArrayOutputStream seen) throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.indexOf("\r\n") < 0) {
            int next = next(in);
            seen.write(next);
            line.append((char) next);
        }
        return line.toString();
    }

    private static int next(InputStream in) throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("The client hung up in its request");
        }
        return next;
    }

    /** Without a farewell: the other end's next read or write fails. Where all was said already, it closes and no more. */
    static void reset(Socket socket) {
        try (socket) {
            if (!socket.isOutputShutdown()) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException alreadyClosed) {
            // then there is nothing to reset
        }
    }
}
