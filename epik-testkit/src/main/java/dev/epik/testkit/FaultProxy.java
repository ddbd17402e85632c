// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that injects network faults between an HTTP/1.1 client and a {@link FakePinterest} or any other server on
 * loopback.
 *
 * <pre>{@code
 * try (FaultProxy network = FaultProxy.start(pinterest.uri())) {
 *     network.failNext(Fault.RESET_AFTER_REQUEST, Fault.STALL);
 *     shop.reportTo(network.uri());
 * }
 * }</pre>
 *
 * <p>Use {@link FakePinterest#respondWith} for responses of Pinterest, and this class for faults of the network. Each
 * connection carries one request, so that faults and requests can be counted.
 *
 * <p><b>Threads.</b> Thread-safe. Its threads are daemons; {@link #close()} ends them, resets open connections and
 * releases the port.
 */
public final class FaultProxy implements AutoCloseable {
    private final URI target;
    private final @Nullable SelfSignedIdentity identity;
    private final int port;
    private final ExecutorService threads = Executors.newCachedThreadPool(FaultProxy::daemon);
    private final Queue<Fault> scripted = new ConcurrentLinkedQueue<>();

    /** The open connections, and whether each one has a fault. */
    private final Map<Socket, Boolean> open = new ConcurrentHashMap<>();

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger stalled = new AtomicInteger();
    private volatile @Nullable Fault permanentFault;
    private volatile Duration drip = Duration.ofMillis(100);
    private ServerSocket listening;
    private CompletableFuture<@Nullable Void> accepting = CompletableFuture.completedFuture(null);

    /** Keeps the port reserved while connections are refused: bound, but not listening. */
    private @Nullable Socket reservedPort;

    private boolean closed;

    private FaultProxy(URI target, @Nullable SelfSignedIdentity identity) throws IOException {
        if (target.getPort() < 0 || !InetAddress.getByName(target.getHost()).isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "A FaultProxy needs a target on loopback, such as FakePinterest.uri(), not " + target);
        }
        this.target = target;
        this.identity = identity;
        this.listening = listen(0);
        this.port = listening.getLocalPort();
    }

    /** Starts a proxy on a free port that clients call with http. */
    public static FaultProxy start(URI target) throws IOException {
        return new FaultProxy(target, null);
    }

    /**
     * Starts a proxy on a free port that clients call with https and {@link #clientContext()}. It calls the target with
     * http.
     */
    public static FaultProxy startTls(URI target) throws IOException {
        return new FaultProxy(target, SelfSignedIdentity.create());
    }

    /** Returns the proxy's address, for use instead of the target's. */
    public URI uri() {
        return URI.create((identity == null ? "http" : "https") + "://127.0.0.1:" + port);
    }

    /** Returns a context for the client that trusts only this proxy's certificate. */
    public SSLContext clientContext() {
        if (identity == null) {
            throw new IllegalStateException("This FaultProxy has no TLS: start it with startTls(uri)");
        }
        return identity.context();
    }

    /** Injects these faults into the next connections, one each. */
    public void failNext(Fault... faults) {
        List.of(faults).forEach(this::check);
        scripted.addAll(List.of(faults));
    }

    /** Injects this fault into every connection, until {@link #forwardNormally()}. */
    public void failAlways(Fault fault) {
        check(fault);
        this.permanentFault = fault;
    }

    /** Stops listening, so that connections are refused, until {@link #forwardNormally()}. */
    public synchronized void refuseConnections() throws IOException {
        if (reservedPort == null && !closed) {
            listening.close();
            accepting.join(); // the port stays open until the thread leaves accept()
            reservedPort = new Socket();
            reservedPort.setReuseAddress(true);
            reservedPort.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
    }

    /** Forwards everything again. Connections with a fault are reset. */
    public synchronized void forwardNormally() throws IOException {
        permanentFault = null;
        scripted.clear();
        open.forEach((client, faulty) -> {
            if (faulty) {
                FaultyConnection.reset(client);
            }
        });
        if (reservedPort != null) {
            reservedPort.close();
            reservedPort = null;
            listening = listen(port);
        }
    }

    /** Sets the time between two bytes of a {@link Fault#DRIPPING_RESPONSE}; 100 ms by default. */
    public void dripInterval(Duration time) {
        this.drip = time;
    }

    /** Returns how many connections were accepted, including those with a fault. */
    public int connections() {
        return connections.get();
    }

    /** Returns how many connections are waiting at this moment for a response that will not come. */
    public int stalledConnections() {
        return stalled.get();
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            listening.close();
            accepting.join();
            if (reservedPort != null) {
                reservedPort.close();
            }
        } catch (IOException ignored) {
            // it is closed anyway
        }
        threads.shutdownNow();
        open.keySet().forEach(FaultyConnection::reset);
    }

    private void check(Fault fault) {
        if (fault.needsTls() && identity == null) {
            throw new IllegalArgumentException(fault + " needs a FaultProxy that was started with startTls(uri)");
        }
    }

    private ServerSocket listen(int onPort) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort));
        accepting = CompletableFuture.runAsync(() -> acceptUntilClosed(socket), threads);
        return socket;
    }

    private void acceptUntilClosed(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket client = from.accept();
                connections.incrementAndGet();
                Fault first = scripted.poll();
                Fault fault = first == null ? permanentFault : first;
                open.put(client, fault != null);
                threads.execute(() -> serve(client, fault));
            } catch (IOException | RejectedExecutionException ignored) {
                // either the proxy was closed, which ends the loop, or only this connection failed
            }
        }
    }

    private void serve(Socket client, @Nullable Fault fault) {
        try {
            new FaultyConnection(client, target, drip, stalled).serve(identity, fault);
        } catch (IOException ignored) {
            // either end closed the connection; the client has seen the fault
        } finally {
            open.remove(client);
            FaultyConnection.reset(client);
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "fault-proxy");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public String toString() {
        return "FaultProxy[" + uri() + " -> " + target + "]";
    }
}
