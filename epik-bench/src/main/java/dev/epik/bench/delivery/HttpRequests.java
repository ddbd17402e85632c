// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Reads the HTTP/1.1 requests of one connection into reused buffers. Not thread-safe. */
final class HttpRequests {
    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;
    private byte[] body = new byte[BUFFER];
    private int length;
    private String path = "";

    HttpRequests(InputStream in) {
        this.in = in;
    }

    /** Reads the next request; returns false if the client has closed the connection. */
    boolean next() throws IOException {
        String head = head();
        if (head.isEmpty()) {
            return false;
        }
        path = head.substring(head.indexOf(' ') + 1, head.indexOf(' ', head.indexOf(' ') + 1));
        String headers = head.toLowerCase(Locale.ROOT);
        length = 0;
        if (header(headers, "transfer-encoding").equals("chunked")) {
            readChunks();
        } else {
            String contentLength = header(headers, "content-length");
            read(contentLength.isEmpty() ? 0 : Integer.parseInt(contentLength));
        }
        if (header(headers, "content-encoding").equals("gzip")) {
            try (InputStream zipped = new GZIPInputStream(new ByteArrayInputStream(body, 0, length), BUFFER)) {
                body = zipped.readAllBytes();
                length = body.length;
            }
        }
        return true;
    }

    String path() {
        return path;
    }

    /** Returns the body, which is valid up to {@link #length()} and until the next request. */
    byte[] body() {
        return body;
    }

    int length() {
        return length;
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder(512);
        String line = line();
        while (!line.isEmpty()) {
            head.append(line).append('\n');
            line = line();
        }
        return head.toString();
    }

    private static String header(String headers, String name) {
        int found = headers.indexOf("\n" + name + ":");
        return found < 0
                ? ""
                : headers.substring(found + name.length() + 2, headers.indexOf('\n', found + 1))
                        .trim();
    }

    /** Returns a line without its line end; also empty at the end of the stream. */
    private String line() throws IOException {
        int from = at;
        while (true) {
            for (int i = from; i < end; i++) {
                if (buffer[i] == '\n') {
                    int last = i > at && buffer[i - 1] == '\r' ? i - 1 : i;
                    String line = new String(buffer, at, last - at, StandardCharsets.ISO_8859_1);
                    at = i + 1;
                    return line;
                }
            }
            int scanned = end - at;
            if (!more()) {
                return "";
            }
            from = at + scanned;
        }
    }

    private boolean more() throws IOException {
        System.arraycopy(buffer, at, buffer, 0, end - at);
        end -= at;
        at = 0;
        if (end == buffer.length) {
            throw new IOException("A line is longer than " + BUFFER);
        }
        int got = in.read(buffer, end, buffer.length - end);
        end += Math.max(0, got);
        return got >= 0;
    }

    private void readChunks() throws IOException {
        int size = chunk();
        while (size > 0) {
            read(size);
            line();
            size = chunk();
        }
        line();
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line().trim(), 16);
    }

    private void read(int bytes) throws IOException {
        int whole = length + bytes;
        if (whole > body.length) {
            body = Arrays.copyOf(body, Math.max(whole, body.length * 2));
        }
        int buffered = Math.min(bytes, end - at);
        System.arraycopy(buffer, at, body, length, buffered);
        at += buffered;
        length += buffered;
        int rest = in.readNBytes(body, length, whole - length);
        length += rest;
        if (length < whole) {
            throw new EOFException();
        }
    }
}
