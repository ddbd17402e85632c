// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

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
 * but silent, as if a NAT or a firewall had dropped its state: data from either end is discarded, and neither end gets
 * a reset. New connections are forwarded.
 *
 * <p>Unlike the testkit's {@code FaultProxy} it does not parse HTTP, so that TLS and HTTP/2 work and a connection can
 * have many requests.
 *
 * <p>Thread-safe. Its threads are daemons; {@link #close()} closes every connection and releases the port.
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
            client.setTcpNoDelay(true); // otherwise each response waits 40 ms for an acknowledgement
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
                // it is closed anyway
            }
        }
    }

    private TcpRelay(int target) throws IOException {
        this.target = target;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::acceptUntilClosed);
    }

    /** Starts a relay to this port on loopback. */
    public static TcpRelay start(int port) throws IOException {
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
                // either the relay was closed, which ends the loop, or the target refused this connection
            }
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "tcp-relay");
        thread.setDaemon(true);
        return thread;
    }
}
