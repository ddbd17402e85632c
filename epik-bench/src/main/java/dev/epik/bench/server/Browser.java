// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A client with one keep-alive connection that sends requests and reads whole responses; minimal, so that the server
 * dominates.
 */
final class Browser implements AutoCloseable {
    private static final byte[] OK = "HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LENGTH = "\r\ncontent-length: ".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] response = new byte[16 * 1024];

    Browser(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /** Sends a request and returns the number of bytes of the response; throws if the status is not 200. */
    int ask(byte[] request) throws IOException {
        out.write(request);
        int have = 0;
        int head = -1;
        int whole = Integer.MAX_VALUE;
        while (have < whole) {
            int read = in.read(response, have, response.length - have);
            if (read <= 0) {
                throw new EOFException("The response ended after " + have + " bytes");
            }
            have += read;
            if (head < 0) {
                head = headLength(have);
                whole = head < 0 ? whole : head + contentLength(head);
            }
        }
        return have;
    }

    /** Returns the response to {@code request} as text, headers and body. */
    String text(byte[] request) throws IOException {
        return new String(response, 0, ask(request), StandardCharsets.UTF_8);
    }

    private int headLength(int have) {
        for (int i = 3; i < have; i++) {
            if (response[i] == '\n' && response[i - 1] == '\r' && response[i - 2] == '\n' && response[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    private int contentLength(int head) throws IOException {
        if (!isAt(0, OK)) {
            throw new IOException(new String(response, 0, head, StandardCharsets.US_ASCII));
        }
        for (int i = OK.length; i < head - LENGTH.length; i++) {
            if (isAt(i, LENGTH)) {
                int length = 0;
                for (int at = i + LENGTH.length; response[at] >= '0' && response[at] <= '9'; at++) {
                    length = length * 10 + response[at] - '0';
                }
                return length;
            }
        }
        throw new IOException("No Content-Length");
    }

    private boolean isAt(int from, byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (lowerCase(response[from + i]) != lowerCase(text[i])) {
                return false;
            }
        }
        return true;
    }

    private static int lowerCase(byte ascii) {
        return ascii >= 'A' && ascii <= 'Z' ? ascii + 32 : ascii;
    }

    /** Returns the first value of a header of {@code response}; empty if it is missing. */
    static String header(String response, String name) {
        int end = response.indexOf("\r\n\r\n");
        for (String line : response.substring(0, end).lines().toList()) {
            if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
                return line.substring(name.length() + 1).strip();
            }
        }
        return "";
    }

    static String body(String response) {
        return response.substring(response.indexOf("\r\n\r\n") + 4);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
