// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server on loopback that takes sales in whatever they are wrapped in and counts each by its id. It answers as Pinterest does, or as the
 * peer's server; a client may ask it to tell when all have arrived. A thread for each connection.
 */
final class CountingStub implements AutoCloseable {
    private static final int BACKLOG = 1000;

    /** As long as a client may take for one delivery. */
    private static final int LONGEST_WAIT = 300;

    private static final String AWAIT = "/await/";

    private final Pinterest state;
    private final ServerSocket server;
    private final Tally tally = new Tally();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private CountingStub(Pinterest state) throws IOException {
        this.state = state;
        this.server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    }

    static CountingStub start() throws IOException {
        return start(Pinterest.HEALTHY);
    }

    static CountingStub start(Pinterest state) throws IOException {
        CountingStub stub = new CountingStub(state);
        daemon(stub::accept);
        return stub;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    Tally tally() {
        return tally;
    }

    /** Where a client asks to be told when all of these have arrived. */
    static URI await(URI stub, int from, int to) {
        return stub.resolve(AWAIT + from + "/" + to);
    }

    @Override
    public void close() {
        end(server);
        open.forEach(CountingStub::end);
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = server.accept();
                open.add(connection);
                daemon(() -> serve(connection));
            }
        } catch (IOException closed) {
            end(server);
        }
    }

    private void serve(Socket connection) {
        try (connection;
                OutputStream out = connection.getOutputStream()) {
            connection.setTcpNoDelay(true);
            Requests requests = new Requests(connection.getInputStream());
            while (requests.next()) {
                String answer = answer(requests);
                if (!answer.isEmpty()) {
                    out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
                }
            }
        } catch (IOException gone) {
            end(connection); // a client that has what it wants leaves without a word
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(connection);
        }
    }

    private String answer(Requests request) throws InterruptedException {
        String path = request.path();
        if (path.startsWith(AWAIT)) {
            String[] range = path.substring(AWAIT.length()).split("/", 2);
            boolean all = tally.await(Integer.parseInt(range[0]), Integer.parseInt(range[1]), LONGEST_WAIT);
            return all ? StubAnswers.ok("all") : StubAnswers.SOME_MISSING;
        }
        if (state == Pinterest.STALLED) {
            return "";
        }
        if (state == Pinterest.THROTTLING) {
            return StubAnswers.THROTTLED;
        }
        SaleIds sales = SaleIds.in(request.body(), request.length());
        tally.note(sales);
        return StubAnswers.to(path, sales);
    }

    private static void end(Closeable socket) {
        try {
            socket.close();
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "stub");
        thread.setDaemon(true);
        thread.start();
    }
}
