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

/** One kept connection that asks, reads the whole answer and asks again; lean, so that the server is what is measured. */
final class Browser implements AutoCloseable {
    private static final byte[] OK = "HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LENGTH = "\r\ncontent-length: ".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] answer = new byte[16 * 1024];

    Browser(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /** How many bytes came; fails unless the answer is a 200. */
    int ask(byte[] request) throws IOException {
        out.write(request);
        int have = 0;
        int head = -1;
        int whole = Integer.MAX_VALUE;
        while (have < whole) {
            int read = in.read(answer, have, answer.length - have);
            if (read <= 0) {
                throw new EOFException("The answer ended after " + have + " bytes");
            }
            have += read;
            if (head < 0) {
                head = headLength(have);
                whole = head < 0 ? whole : head + contentLength(head);
            }
        }
        return have;
    }

    /** The answer to {@code request} as text, head and body. */
    String text(byte[] request) throws IOException {
        return new String(answer, 0, ask(request), StandardCharsets.UTF_8);
    }

    private int headLength(int have) {
        for (int i = 3; i < have; i++) {
            if (answer[i] == '\n' && answer[i - 1] == '\r' && answer[i - 2] == '\n' && answer[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    private int contentLength(int head) throws IOException {
        if (!isAt(0, OK)) {
            throw new IOException(new String(answer, 0, head, StandardCharsets.US_ASCII));
        }
        for (int i = OK.length; i < head - LENGTH.length; i++) {
            if (isAt(i, LENGTH)) {
                int length = 0;
                for (int at = i + LENGTH.length; answer[at] >= '0' && answer[at] <= '9'; at++) {
                    length = length * 10 + answer[at] - '0';
                }
                return length;
            }
        }
        throw new IOException("No Content-Length");
    }

    private boolean isAt(int from, byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (lowerCase(answer[from + i]) != lowerCase(text[i])) {
                return false;
            }
        }
        return true;
    }

    private static int lowerCase(byte ascii) {
        return ascii >= 'A' && ascii <= 'Z' ? ascii + 32 : ascii;
    }

    /** The first value of a header of {@code answer}; empty where there is none. */
    static String header(String answer, String name) {
        int end = answer.indexOf("\r\n\r\n");
        for (String line : answer.substring(0, end).lines().toList()) {
            if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
                return line.substring(name.length() + 1).strip();
            }
        }
        return "";
    }

    static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
