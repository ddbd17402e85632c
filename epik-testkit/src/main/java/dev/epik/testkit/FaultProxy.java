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
 * A network that fails on script, in front of a {@link FakePinterest} or of any other server on loopback that speaks HTTP/1.1.
 *
 * <pre>{@code
 * try (FaultProxy network = FaultProxy.before(pinterest.uri())) {
 *     network.next(Fault.RESET_AFTER_REQUEST, Fault.STALL);
 *     shop.reportTo(network.uri());
 * }
 * }</pre>
 *
 * <p>{@link FakePinterest#next} is for what Pinterest says; this is for what becomes of it on the way. A connection has one request, so
 * that a script can count them.
 *
 * <p>Safe for many threads. Its threads are daemons; {@link #close()} ends them, resets what is open and frees the port.
 */
public final class FaultProxy implements AutoCloseable {
    private final URI target;
    private final @Nullable SelfSigned identity;
    private final int port;
    private final ExecutorService threads = Executors.newCachedThreadPool(FaultProxy::daemon);
    private final Queue<Fault> scripted = new ConcurrentLinkedQueue<>();

    /** And whether something is done to it. */
    private final Map<Socket, Boolean> open = new ConcurrentHashMap<>();

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();
    private volatile @Nullable Fault always;
    private volatile Duration drip = Duration.ofMillis(100);
    private ServerSocket listening;
    private CompletableFuture<@Nullable Void> accepting = CompletableFuture.completedFuture(null);

    /** Bound and not listening: nobody else gets the port while connections to it are refused. */
    private @Nullable Socket placeholder;

    private boolean closed;

    private FaultProxy(URI target, @Nullable SelfSigned identity) throws IOException {
        if (target.getPort() < 0 || !InetAddress.getByName(target.getHost()).isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "A FaultProxy stands before a port on loopback, such as FakePinterest.uri(), not before " + target);
        }
        this.target = target;
        this.identity = identity;
        this.listening = listen(0);
        this.port = listening.getLocalPort();
    }

    /** To be called with http. */
    public static FaultProxy before(URI target) throws IOException {
        return new FaultProxy(target, null);
    }

    /** To be called with https, by a client that has {@link #trust()}; what is behind it is called with http. */
    public static FaultProxy tlsBefore(URI target) throws IOException {
        return new FaultProxy(target, SelfSigned.create());
    }

    /** To be used in place of the target's. */
    public URI uri() {
        return URI.create((identity == null ? "http" : "https") + "://127.0.0.1:" + port);
    }

    /** For the client: trusts this proxy's certificate and no other. */
    public SSLContext trust() {
        if (identity == null) {
            throw new IllegalStateException("This FaultProxy speaks no TLS: make it with tlsBefore(uri)");
        }
        return identity.context();
    }

    /** Does this to the next connections, one each. */
    public void next(Fault... faults) {
        List.of(faults).forEach(this::check);
        scripted.addAll(List.of(faults));
    }

    /** Does this to every connection, until {@link #heal()}. */
    public void always(Fault fault) {
        check(fault);
        this.always = fault;
    }

    /** Listens no more: connections are refused, until {@link #heal()}. */
    public synchronized void refuse() throws IOException {
        if (placeholder == null && !closed) {
            listening.close();
            accepting.join(); // a thread inside accept() keeps the port a moment longer
            placeholder = new Socket();
            placeholder.setReuseAddress(true);
            placeholder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
    }

    /** Passes everything on again; what was held or dripping is reset. */
    public synchronized void heal() throws IOException {
        always = null;
        scripted.clear();
        open.forEach((client, faulty) -> {
            if (faulty) {
                FaultyConnection.reset(client);
            }
        });
        if (placeholder != null) {
            placeholder.close();
            placeholder = null;
            listening = listen(port);
        }
    }

    /** How often a dripping answer has another byte; 100 ms by default. */
    public void drip(Duration time) {
        this.drip = time;
    }

    /** How many were accepted, those that went wrong included. */
    public int connections() {
        return connections.get();
    }

    /** How many wait in this moment for an answer that will not come. */
    public int held() {
        return held.get();
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            listening.close();
            accepting.join();
            if (placeholder != null) {
                placeholder.close();
            }
        } catch (IOException alreadyGone) {
            // it is closed all the same
        }
        threads.shutdownNow();
        open.keySet().forEach(FaultyConnection::reset);
    }

    private void check(Fault fault) {
        if (fault.needsTls() && identity == null) {
            throw new IllegalArgumentException(fault + " needs a FaultProxy that was made with tlsBefore(uri)");
        }
    }

    private ServerSocket listen(int on) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), on));
        accepting = CompletableFuture.runAsync(() -> acceptUntilClosed(socket), threads);
        return socket;
    }

    private void acceptUntilClosed(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket client = from.accept();
                connections.incrementAndGet();
                Fault first = scripted.poll();
                Fault fault = first == null ? always : first;
                open.put(client, fault != null);
                threads.execute(() -> serve(client, fault));
            } catch (IOException | RejectedExecutionException closing) {
                // the loop's condition says so; else it was this one connection's trouble
            }
        }
    }

    private void serve(Socket client, @Nullable Fault fault) {
        try {
            new FaultyConnection(client, target, drip, held).serve(identity, fault);
        } catch (IOException gone) {
            // either end hung up: what the client should see, it has seen
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
        return "FaultProxy[" + uri() + " before " + target + "]";
    }
}
