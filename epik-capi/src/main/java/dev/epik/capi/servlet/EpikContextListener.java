// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import dev.epik.capi.EpikClient;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.outbox.spi.Outbox;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * One {@link EpikClient} for a web application: opened when the application starts, closed when it stops, with its
 * outbox.
 *
 * <pre>{@code
 * @WebListener
 * public final class ShopEpik extends EpikContextListener {
 *     @Override
 *     protected Outbox outbox(ServletContext shop) {
 *         return SqliteOutbox.open(Path.of("/var/lib/shop/epik.db"));
 *     }
 *
 *     @Override
 *     protected EpikClient open(ServletContext shop, Outbox outbox) {
 *         TokenSource token = AccessToken.fromEnvironment("PINTEREST_ACCESS_TOKEN");
 *         return EpikClient.builder(Mode.LIVE, AdAccount.of("549755885175", token), outbox).open();
 *     }
 * }
 * }</pre>
 *
 * and in the checkout {@code EpikContextListener.client(request.getServletContext()).submit(…)}.
 *
 * <p><b>Where the file goes.</b> Into a directory that outlives the application: outside the WAR, outside the
 * container's {@code temp} and {@code work} directories (a redeploy empties them), on a volume that outlives the pod,
 * on no network file system.
 *
 * <p><b>If it cannot be opened</b>, the shop runs on. The log names the reason and the cure once, and every submit
 * returns {@code NotStored} with the same reason. Opening is tried again on a daemon thread, after 1 s at first and later every
 * 60 s, until it succeeds: a file that another process holds, or a database that is down, needs no restart. From then
 * on every client that
 * {@link #client} has returned stores events.
 *
 * <p><b>A hot redeploy</b> stops the old application before it starts the new one: the client sends what it can within
 * its drain time, the outbox is closed and its lock released, and the new application opens the same file. With
 * Tomcat's <i>parallel deployment</i> the new version starts beside the old one. Its file outbox is refused by the lock
 * until the old version stops, and is opened within 60 s after that. Use a {@code JdbcOutbox} there, which several may
 * have open.
 *
 * <p><b>The old class loader</b> is collected after that: tested by redeploying on Jetty 12 and Tomcat 10.1, on JDK 17
 * and 25. On JDK 17 to 20, whose HTTP client cannot be closed, the client's selector thread has that loader as its
 * context until the garbage collector has found the client; then it ends within seconds. There, too, a {@code
 * SqliteOutbox} costs a minute: its driver runs a program, and the JDK's own "process reaper" keeps the context it was
 * started in for so long.
 */
public abstract class EpikContextListener implements ServletContextListener {
    private static final Logger LOG = System.getLogger(EpikContextListener.class.getName());
    private static final String CLIENT = "dev.epik.client";

    /** What the client and its parts need to have closed, the latest first. */
    private final Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();

    private final RetriedOpening.Wait wait;

    private volatile @Nullable RetriedOpening opening;

    protected EpikContextListener() {
        this(time -> Thread.sleep(time.toMillis()));
    }

    /** @param wait between two attempts to open; tests control it */
    EpikContextListener(RetriedOpening.Wait wait) {
        this.wait = wait;
    }

    /**
     * Opens the outbox. Called by each attempt before {@link #open}, by the thread that starts the application and
     * later by another one. This listener closes the outbox, even if {@code open} fails.
     */
    protected abstract Outbox outbox(ServletContext shop) throws Exception;

    /** Opens the client. If it throws, the shop is served without a client, and both methods are called again later. */
    protected abstract EpikClient open(ServletContext shop, Outbox outbox) throws Exception;

    /**
     * Registers something else that {@link #open} opens, such as {@code OAuthTokens}. It is closed after the client,
     * the latest first; also if the attempt fails.
     */
    protected final <T extends AutoCloseable> T closes(T resource) {
        opened.push(resource);
        return resource;
    }

    /**
     * Returns the application's client. Never null: if no listener has started, it stores nothing and names the reason.
     * It can be kept: it begins to store events when the outbox can be opened.
     */
    public static EpikClient client(ServletContext shop) {
        return shop.getAttribute(CLIENT) instanceof EpikClient client
                ? client
                : EpikClient.unavailable(
                        "This application has no EpikClient: declare a subclass of EpikContextListener in web.xml or"
                                + " by @WebListener, and submit before the application stops");
    }

    @Override
    public final void contextInitialized(ServletContextEvent event) {
        ServletContext shop = event.getServletContext();
        RetriedOpening starting =
                new RetriedOpening(() -> closes(open(shop, closes(outbox(shop)))), this::closeAll, wait);
        opening = starting;
        shop.setAttribute(CLIENT, EpikClient.delegatingTo(starting::client));
        starting.start();
    }

    @Override
    public final void contextDestroyed(ServletContextEvent event) {
        event.getServletContext().removeAttribute(CLIENT);
        RetriedOpening started = opening;
        if (started != null && !started.stop()) {
            ContainedLog.log(
                    LOG,
                    Level.WARNING,
                    "The thread that opens Epik does not end: does outbox(…) or open(…) hang? It closes what it opens");
        }
        closeAll();
    }

    /** Synchronized, so that no thread closes the outbox while another one still closes the client. */
    private synchronized void closeAll() {
        for (AutoCloseable next = opened.poll(); next != null; next = opened.poll()) {
            try {
                next.close();
            } catch (Throwable e) { // of any type: a resource is not our code
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                ContainedLog.log(
                        LOG,
                        Level.WARNING,
                        "{0} was not closed; the rest is. {1}",
                        next.getClass().getName(),
                        RetriedOpening.reason(e));
            }
        }
    }
}
