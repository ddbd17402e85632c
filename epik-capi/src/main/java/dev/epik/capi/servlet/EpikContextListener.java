// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import dev.epik.capi.EpikClient;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.opening.RetriedOpening;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens one {@link EpikClient} when a web application starts, and closes it when the application stops.
 *
 * <pre>{@code
 * @WebListener
 * public final class ShopEpik extends EpikContextListener {
 *     @Override
 *     protected EpikClient open(ServletContext shop) {
 *         TokenSource token = AccessToken.fromEnvironment("PINTEREST_ACCESS_TOKEN");
 *         return EpikClient.builder(
 *                         Mode.LIVE,
 *                         AdAccount.of("549755885175", token),
 *                         SqliteOutbox.open(Path.of("/var/lib/shop/epik.db")))
 *                 .open();
 *     }
 * }
 * }</pre>
 *
 * If {@code web.xml} has {@code metadata-complete="true"}, the container ignores {@code @WebListener}: declare the
 * listener in {@code web.xml}.
 *
 * <p>In the checkout: {@code EpikContextListener.client(request.getServletContext()).submit(…)}.
 *
 * <p><b>Where the file belongs.</b> In a directory that outlives the application: outside the WAR, outside the
 * container's {@code temp} and {@code work} directories, which a redeploy empties, on a volume that outlives the pod,
 * and not on a network file system.
 *
 * <p><b>If the client cannot be opened</b>, the shop runs on. The reason and the cure are logged once, and every submit
 * returns {@code Failed} with the same reason. A daemon thread tries again after 1 s, 2 s and so on up to every 60 s,
 * until it succeeds. So a file that another process holds, or a database that is down, needs no restart. From then on
 * every client that {@link #client} has returned stores events.
 *
 * <p><b>A hot redeploy</b> stops the old application before it starts the new one. The client sends what it can within
 * its shutdown timeout, the outbox is closed and its lock released, and the new application opens the same file. With
 * Tomcat's <i>parallel deployment</i> the new version starts beside the old one. Its file outbox is locked until the
 * old version stops, and is opened at most 60 s after that. Use a {@code JdbcOutbox} there, which several can have
 * open.
 *
 * <p><b>The old class loader</b> is garbage-collected after a redeploy. This is tested on Jetty 12 and Tomcat 10.1, on
 * JDK 17 and 25. On JDK 17 to 20 the JDK's HTTP client cannot be closed. There its selector thread keeps the class
 * loader until the garbage collector has found the client, and then ends within seconds. On these JDKs a
 * {@code SqliteOutbox} also keeps the class loader for a minute: its driver runs a program, and the JDK's "process
 * reaper" thread keeps the context in which it was started for that long.
 *
 * <p><b>Threads.</b> The container calls the two methods of {@code ServletContextListener}; {@link #client} is
 * thread-safe.
 */
public abstract class EpikContextListener implements ServletContextListener {
    private static final Logger LOG = System.getLogger(EpikContextListener.class.getName());
    private static final String CLIENT = "dev.epik.client";

    /** The attribute by which the filter reports visitors who have revoked their consent. */
    private static final String REVOKED = "dev.epik.revoked";

    /** The resources of the current attempt, the latest first. */
    private final Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();

    private final RetriedOpening.Wait wait;
    private volatile @Nullable RetriedOpening<EpikClient> opening;

    /** Creates a listener. The container does this. */
    protected EpikContextListener() {
        this(time -> Thread.sleep(time.toMillis()));
    }

    /** @param wait waits between two attempts to open; tests control it */
    EpikContextListener(RetriedOpening.Wait wait) {
        this.wait = wait;
    }

    /**
     * Opens the client with its outbox. The first attempt is made by the thread that starts the application, later ones
     * by another thread, one at a time. This listener closes the client when the application stops, and the client
     * closes its outbox.
     *
     * <p>If this throws, the shop runs without a client, and the method is called again later. An outbox that was given
     * to {@code EpikClient.Builder.open()} is closed then. Pass everything else to {@link #closeOnShutdown}, and also
     * the outbox if code between opening it and opening the client can fail.
     *
     * @param shop the context of the application that starts
     * @return the client; not null
     */
    protected abstract EpikClient open(ServletContext shop) throws Exception;

    /**
     * Registers another resource that {@link #open} opens, such as {@code OAuthTokens}. It is closed after the client
     * when the application stops, and also if the attempt to open fails. Resources are closed in reverse order.
     *
     * @param resource not null; closing it twice must do no harm if it is the client's outbox
     * @return the resource
     */
    protected final <T extends AutoCloseable> T closeOnShutdown(T resource) {
        opened.push(resource);
        return resource;
    }

    /**
     * Returns the client of the application. Never null: if no listener has started, every submit returns
     * {@code Failed} with the reason. The client can be kept: it stores events as soon as the real one is open.
     */
    public static EpikClient client(ServletContext shop) {
        return shop.getAttribute(CLIENT) instanceof EpikClient client
                ? client
                : EpikClient.unavailable(
                        "This application has no EpikClient: declare a subclass of EpikContextListener by @WebListener, or"
                                + " in web.xml if that has metadata-complete=\"true\", and submit before the"
                                + " application stops");
    }

    /** Opens the client, or starts to try again in the background. Never throws. */
    @Override
    public final void contextInitialized(ServletContextEvent event) {
        ServletContext shop = event.getServletContext();
        RetriedOpening<EpikClient> starting = new RetriedOpening<>(
                LOG, () -> closeOnShutdown(open(shop)), this::closeAll, EpikClient::unavailable, wait);
        opening = starting;
        EpikClient client = EpikClient.delegatingTo(starting::current);
        Consumer<String> revoked = client::revoke;
        shop.setAttribute(CLIENT, client);
        shop.setAttribute(REVOKED, revoked);
        starting.start();
    }

    /** Closes the client and all registered resources. Never throws. */
    @Override
    public final void contextDestroyed(ServletContextEvent event) {
        event.getServletContext().removeAttribute(CLIENT);
        event.getServletContext().removeAttribute(REVOKED);
        RetriedOpening<EpikClient> started = opening;
        if (started != null && !started.stop()) {
            ContainedLog.log(
                    LOG,
                    Level.WARNING,
                    "The thread that opens Epik does not end. Does open(…) hang? When it returns, the client is closed");
        }
        closeAll();
    }

    /**
     * Closes everything. Synchronized, so that no thread closes a resource while another one still closes the client.
     */
    private synchronized void closeAll() {
        for (AutoCloseable next = opened.poll(); next != null; next = opened.poll()) {
            try {
                next.close();
            } catch (Throwable e) { // of any type: a resource may be the shop's own
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                ContainedLog.log(
                        LOG,
                        Level.WARNING,
                        "{0} could not be closed. Everything else is closed. {1}",
                        next.getClass().getName(),
                        RetriedOpening.reason(e));
            }
        }
    }
}
