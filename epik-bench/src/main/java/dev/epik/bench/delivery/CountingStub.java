// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server on loopback that accepts sales in any format and counts them by id. It responds as Pinterest or as the other
 * library's server does. A client can wait until all sales have arrived. It uses one thread per connection.
 */
final class CountingStub implements AutoCloseable {
    private static final int BACKLOG = 1000;

    /** The maximum time of one delivery. */
    private static final int MAX_WAIT_SECONDS = 300;

    private static final String AWAIT = "/await/";
    private static final String COUNT = "/count/";

    private final PinterestState state;
    private final ServerSocket server;
    private final ArrivalCounter arrivals = new ArrivalCounter();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private CountingStub(PinterestState state) throws IOException {
        this.state = state;
        this.server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    }

    static CountingStub start() throws IOException {
        return start(PinterestState.HEALTHY);
    }

    static CountingStub start(PinterestState state) throws IOException {
        CountingStub stub = new CountingStub(state);
        daemon(stub::accept);
        return stub;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    ArrivalCounter arrivals() {
        return arrivals;
    }

    /** Waits in the process of a client until all of these sales have arrived. */
    static void await(URI stub, int from, int to) throws IOException {
        get(stub.resolve(AWAIT + from + "/" + to));
    }

    /** Waits in the process of a client until this many sales from a number on have arrived. Returns how many have. */
    static int awaitCount(URI stub, int from, int count) throws IOException {
        return Integer.parseInt(get(stub.resolve(COUNT + from + "/" + count)));
    }

    private static String get(URI url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException("Not all sales arrived");
        }
        try (InputStream body = connection.getInputStream()) {
            return new String(body.readAllBytes(), StandardCharsets.ISO_8859_1);
        } finally {
            connection.disconnect();
        }
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
        } catch (IOException ignored) { // the stub was closed
            end(server);
        }
    }

    private void serve(Socket connection) {
        try (connection;
                OutputStream out = connection.getOutputStream()) {
            connection.setTcpNoDelay(true);
            HttpRequests requests = new HttpRequests(connection.getInputStream());
            while (requests.next()) {
                String response = respond(requests);
                if (!response.isEmpty()) {
                    out.write(response.getBytes(StandardCharsets.ISO_8859_1));
                }
            }
        } catch (IOException ignored) {
            end(connection); // the client has closed the connection
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(connection);
        }
    }

    private String respond(HttpRequests request) throws InterruptedException {
        String path = request.path();
        if (path.startsWith(AWAIT)) {
            String[] range = path.substring(AWAIT.length()).split("/", 2);
            boolean all = arrivals.await(Integer.parseInt(range[0]), Integer.parseInt(range[1]), MAX_WAIT_SECONDS);
            return all ? StubResponses.ok("all") : StubResponses.SOME_MISSING;
        }
        if (path.startsWith(COUNT)) {
            String[] wanted = path.substring(COUNT.length()).split("/", 2);
            int count = Integer.parseInt(wanted[1]);
            int arrived = arrivals.awaitCount(Integer.parseInt(wanted[0]), count, MAX_WAIT_SECONDS);
            return arrived < count ? StubResponses.SOME_MISSING : StubResponses.ok(Integer.toString(arrived));
        }
        if (state == PinterestState.STALLED) {
            return "";
        }
        if (state == PinterestState.THROTTLING) {
            return StubResponses.THROTTLED;
        }
        SaleIds sales = SaleIds.in(request.body(), request.length());
        arrivals.note(sales);
        return StubResponses.to(path, sales);
    }

    private static void end(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "stub");
        thread.setDaemon(true);
        thread.start();
    }
}
