// SPDX-License-Identifier: Apache-2.0
package dev.epik.js;

import dev.epik.testing.TestCertificate;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A proxy that terminates TLS and sets {@code X-Forwarded-Proto}. It forwards one request per connection. */
final class TlsFront implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ServerSocket listening;
    private final int server;

    TlsFront(int server) throws Exception {
        this.server = server;
        listening = TestCertificate.context()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket visitor = listening.accept();
                threads.execute(() -> forward(visitor));
            } catch (IOException ignored) {
                return; // the socket is closed
            }
        }
    }

    private void forward(Socket visitor) {
        try (visitor;
                Socket shop = new Socket(InetAddress.getLoopbackAddress(), server)) {
            InputStream in = new BufferedInputStream(visitor.getInputStream());
            shop.getOutputStream().write(withHeaders(in));
            int body = in.available();
            shop.getOutputStream().write(in.readNBytes(body));
            shop.getInputStream().transferTo(visitor.getOutputStream());
        } catch (IOException ignored) {
            // the browser opens connections in advance and closes them unused
        }
    }

    private static byte[] withHeaders(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1)
                .replaceFirst("\r\n", "\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n")
                .replace("Connection: keep-alive\r\n", "")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
    }
}
