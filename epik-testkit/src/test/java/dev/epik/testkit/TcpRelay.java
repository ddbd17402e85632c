// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Forwards TCP connections to a port on loopback, byte by byte, until they are frozen. A frozen connection stays open
 * and is silent, as after a NAT or a firewall forgot it: what either end sends is swallowed, and neither end sees a
 * reset. New connections are forwarded.
 *
 * <p>Unlike {@link FaultProxy} it knows no HTTP, so that TLS and HTTP/2 pass and a connection can have many requests.
 *
 * <p>Thread-safe. Its threads are daemons; {@link #close()} closes every connection and frees the port.
 */
public final class TcpRelay implements AutoCloseable {
    private final int target;
    private final ServerSocket listening;
    private final ExecutorService threads = Executors.newCachedThreadPool(TcpRelay::daemon);
    private final Queue<Connection> all = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();

    private static final class Connection {
        private final Socket client;
        private final Socket server;
        private volatile boolean frozen;

        private Connection(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true); // or each answer waits 40 ms for an acknowledgement
            server.setTcpNoDelay(true);
        }

        private void pump(Socket from, Socket to) {
            byte[] buffer = new byte[64 << 10];
            try {
                InputStream in = from.getInputStream();
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    if (!frozen) {
                        to.getOutputStream().write(buffer, 0, length);
                    }
                }
                if (!frozen) {
                    to.shutdownOutput();
                }
            } catch (IOException e) {
                if (!frozen) {
                    close();
                }
            }
        }

        private void close() {
            try (client;
                    server) {
                frozen = true;
            } catch (IOException ignored) {
                // it is closed all the same
            }
        }
    }

    private TcpRelay(int target) throws IOException {
        this.target = target;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::acceptUntilClosed);
    }

    /** Starts a relay before this port on loopback. */
    public static TcpRelay before(int port) throws IOException {
        return new TcpRelay(port);
    }

    /** Returns the port to connect to, on loopback. */
    public int port() {
        return listening.getLocalPort();
    }

    /** Silences the connections that exist now. */
    public void freezeConnections() {
        all.forEach(connection -> connection.frozen = true);
    }

    /** Returns how many connections were accepted. */
    public int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        all.forEach(Connection::close);
        threads.shutdownNow();
    }

    private void acceptUntilClosed() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Connection connection = new Connection(client, new Socket(InetAddress.getLoopbackAddress(), target));
                connections.incrementAndGet();
                all.add(connection);
                threads.execute(() -> connection.pump(client, connection.server));
                threads.execute(() -> connection.pump(connection.server, client));
            } catch (IOException ignored) {
                // closed, as the loop's condition says, or the target refused this one
            }
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "tcp-relay");
        thread.setDaemon(true);
        return thread;
    }
}
