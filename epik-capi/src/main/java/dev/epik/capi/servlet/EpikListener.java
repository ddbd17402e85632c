// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.outbox.OutboxException;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One {@link EpikClient} for a web application: opened when the application starts, closed when it stops, with its outbox.
 *
 * <pre>{@code
 * @WebListener
 * public final class ShopEpik extends EpikListener {
 *     @Override
 *     protected Outbox outbox(ServletContext shop) {
 *         return SqliteOutbox.open(Path.of("/var/lib/shop/epik.db"));
 *     }
 *
 *     @Override
 *     protected EpikClient open(ServletContext shop, Outbox outbox) {
 *         AccessToken token = AccessToken.fromEnvironment("PINTEREST_ACCESS_TOKEN");
 *         return EpikClient.builder(Mode.LIVE, AdAccount.of("549755885175", token), outbox).open();
 *     }
 * }
 * }</pre>
 *
 * and in the checkout {@code EpikListener.client(request.getServletContext()).submit(…)}.
 *
 * <p><b>Where the file goes.</b> Into a directory that outlives the application: outside the WAR, outside the container's {@code temp}
 * and {@code work} directories (a redeploy empties them), on a volume that outlives the pod, on no network file system.
 *
 * <p><b>Where it cannot be opened</b> the shop runs on: one line of the log names the trouble and its cure, and every submit answers
 * {@code NotStored} with the same reason.
 *
 * <p><b>A hot redeploy</b> stops the old application before it starts the new one: the client sends what it can within its drain time,
 * the outbox is closed and its lock released, and the new one opens the same file. With Tomcat's <i>parallel deployment</i> the new version
 * starts beside the old one: its file outbox is refused by the lock, and stays refused until that version is started again. Use a
 * {@code JdbcOutbox} there, which several may have open.
 *
 * <p><b>The old class loader</b> is collected after that: tested by redeploying on Jetty 12 and Tomcat 10.1, on JDK 17 and 25. On JDK 17 to 20,
 * whose HTTP client cannot be closed, the client's selector thread has that loader as its context until the garbage collector has found
 * the client; then it ends within seconds. There, too, a {@code SqliteOutbox} costs a minute: its driver runs a program, and the JDK's own
 * "process reaper" keeps the context it was started in for so long.
 */
public abstract class EpikListener implements ServletContextListener {
    private static final Logger LOG = System.getLogger(EpikListener.class.getName());
    private static final String CLIENT = "dev.epik.client";

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    protected EpikListener() {}

    /** Called once, before {@link #open}. Closed by this listener, whatever {@code open} does. */
    protected abstract Outbox outbox(ServletContext shop) throws Exception;

    /** Called once. What it throws is logged, and the shop is served without a client. */
    protected abstract EpikClient open(ServletContext shop, Outbox outbox) throws Exception;

    /** For what else {@link #open} opens, such as {@code OAuthTokens}: closed after the client, what came last first. */
    protected final <T extends AutoCloseable> T closes(T resource) {
        opened.push(resource);
        return resource;
    }

    /** The application's. Never null: without a listener that has started, it is one that stores nothing and says why. */
    public static EpikClient client(ServletContext shop) {
        return shop.getAttribute(CLIENT) instanceof EpikClient client
                ? client
                : EpikClient.closed(
                        "This application has no EpikClient: declare a subclass of EpikListener in web.xml or"
                                + " by @WebListener, and submit before the application stops");
    }

    @Override
    public final void contextInitialized(ServletContextEvent event) {
        ServletContext shop = event.getServletContext();
        EpikClient client;
        try {
            client = closes(open(shop, closes(outbox(shop))));
        } catch (Exception
                | LinkageError trouble) { // the latter: a driver that is not there, or cannot load its library
            closeAll();
            String reason = reason(trouble);
            LOG.log(Level.ERROR, "Epik could not be opened. The shop runs on, and no sale is reported. {0}", reason);
            client = EpikClient.closed("Epik could not be opened. " + reason);
        }
        shop.setAttribute(CLIENT, client);
    }

    @Override
    public final void contextDestroyed(ServletContextEvent event) {
        event.getServletContext().removeAttribute(CLIENT);
        closeAll();
    }

    private void closeAll() {
        while (!opened.isEmpty()) {
            AutoCloseable next = opened.pop();
            try {
                next.close();
            } catch (Exception trouble) {
                LOG.log(
                        Level.WARNING,
                        "{0} was not closed; the rest is. {1}",
                        next.getClass().getName(),
                        reason(trouble));
            }
        }
    }

    /** Our messages name the cure; of any other trouble the type alone, since a message may quote a secret. */
    private static String reason(Throwable trouble) {
        return trouble instanceof EpikException || trouble instanceof OutboxException
                ? String.valueOf(trouble.getMessage())
                : trouble.getClass().getName();
    }
}
