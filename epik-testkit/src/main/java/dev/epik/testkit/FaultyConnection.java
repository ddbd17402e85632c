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

/** Handles one connection of a {@link FaultProxy}, with or without a fault. */
final class FaultyConnection {
    private static final int MAX_HEAD = 64 << 10;
    private static final int FOUR_MEGABYTES = 4 << 20;
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?im)^(content-length: *)(\\d+)");
    private static final List<String> HOP_BY_HOP =
            List.of("connection:", "keep-alive:", "upgrade:", "http2-settings:", "expect:");

    private final Socket raw;
    private final URI target;
    private final Duration drip;
    private final AtomicInteger stalled;

    FaultyConnection(Socket raw, URI target, Duration drip, AtomicInteger stalled) {
        this.raw = raw;
        this.target = target;
        this.drip = drip;
        this.stalled = stalled;
    }

    void serve(@Nullable SelfSignedIdentity identity, @Nullable Fault fault) throws IOException {
        if (fault == Fault.RESET_ON_CONNECT) {
            reset(raw);
        } else if (fault == Fault.PLAIN_TEXT_FOR_TLS) {
            raw.getInputStream().read(new byte[MAX_HEAD]); // unread bytes would reset the connection
            write(raw, page(400, "<html>This port speaks plain HTTP</html>"));
            raw.shutdownOutput();
            hold(raw);
        } else if (identity == null) {
            exchange(raw, fault);
        } else {
            SelfSignedIdentity presented =
                    fault == Fault.UNTRUSTED_CERTIFICATE ? SelfSignedIdentity.create() : identity;
            try (Socket secure = presented.secured(raw)) {
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
        if (fault == null || fault.reachesTarget()) {
            byte[] response = forward(head, body);
            respond(client, response, fault);
        } else {
            respondInstead(client, fault);
        }
        if (!raw.isClosed()) {
            client.shutdownOutput();
        }
    }

    /** Sends the server's response, changed by the fault. */
    private void respond(Socket client, byte[] response, @Nullable Fault fault) throws IOException {
        int bodyAt = new String(response, ISO_8859_1).indexOf("\r\n\r\n") + 4;
        int middle = bodyAt + (response.length - bodyAt) / 2;
        if (fault == null) {
            write(client, response);
            return;
        }
        switch (fault) {
            case RESET_AFTER_REQUEST -> reset(raw);
            case STALL_AFTER_REQUEST -> hold(client);
            case TRUNCATED_RESPONSE -> write(client, Arrays.copyOf(response, middle));
            case DRIPPING_RESPONSE -> drip(client, response, bodyAt);
            case CONTENT_LENGTH_TOO_LARGE -> write(client, withLength(response, bodyAt, 2));
            case CONTENT_LENGTH_TOO_SMALL -> write(client, withLength(response, bodyAt, 0.5));
            default -> {
                // CLOSE_AFTER_REQUEST: sends nothing
            }
        }
    }

    /** Sends a response of the fault's own; the server does not get the request. */
    private void respondInstead(Socket client, Fault fault) throws IOException {
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
                while (true) { // until either end closes the connection
                    drip(client, new byte[] {'a'}, 0);
                }
            }
            default -> throw new IllegalStateException(fault + " is not a fault of a request");
        }
    }

    /** Waits until the client, {@link FaultProxy#forwardNormally} or {@link FaultProxy#close} closes the connection. */
    private void hold(Socket client) throws IOException {
        stalled.incrementAndGet();
        try {
            while (client.getInputStream().read() >= 0) {
                // discards further input
            }
        } finally {
            stalled.decrementAndGet();
        }
    }

    /** Sends the bytes from an index on one at a time. Waits by reading, so that it ends when the client closes. */
    private void drip(Socket client, byte[] response, int from) throws IOException {
        client.getOutputStream().write(response, 0, from);
        client.setSoTimeout((int) Math.max(1, drip.toMillis()));
        for (int i = from; i < response.length; i++) {
            write(client, new byte[] {response[i]});
            try {
                if (client.getInputStream().read() < 0) {
                    throw new EOFException("The client closed the connection");
                }
            } catch (SocketTimeoutException ignored) {
                // the interval is over: sends the next byte
            }
        }
    }

    private byte[] forward(String head, byte[] body) throws IOException {
        StringBuilder hop = new StringBuilder();
        for (String line : head.split("\r\n", -1)) {
            String name = line.toLowerCase(Locale.ROOT);
            if (!line.isEmpty() && HOP_BY_HOP.stream().noneMatch(name::startsWith)) {
                hop.append(line).append("\r\n");
            }
        }
        hop.append("Connection: close\r\n\r\n");
        try (Socket pinterest = new Socket(target.getHost(), target.getPort())) {
            OutputStream out = pinterest.getOutputStream();
            out.write(hop.toString().getBytes(ISO_8859_1));
            out.write(body);
            out.flush();
            String response = new String(pinterest.getInputStream().readAllBytes(), ISO_8859_1);
            // otherwise the client would reuse the connection, which carries one request only
            return response.replaceFirst("\r\n", "\r\nConnection: close\r\n").getBytes(ISO_8859_1);
        }
    }

    private static byte[] withLength(byte[] response, int bodyAt, double factor) {
        String head = new String(response, 0, bodyAt, ISO_8859_1);
        String changed = CONTENT_LENGTH.matcher(head).replaceAll(found -> length(found, factor));
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(changed.getBytes(ISO_8859_1));
        whole.write(response, bodyAt, response.length - bodyAt);
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
            if (head.length() > MAX_HEAD) {
                throw new IOException("The request's headers are longer than " + MAX_HEAD + " bytes");
            }
        }
        return head.toString();
    }

    /** Returns the raw body, including chunk headers. */
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
            throw new EOFException("The client closed the connection within its request");
        }
        return next;
    }

    /** Closes a socket with a TCP reset. If its output was shut down already, closes it normally. */
    static void reset(Socket socket) {
        try (socket) {
            if (!socket.isOutputShutdown()) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException ignored) {
            // it is closed already
        }
    }
}
