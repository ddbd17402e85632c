// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import dev.epik.capi.AdAccount;
import dev.epik.capi.DeliveryListener;
import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import dev.epik.capi.Mode;
import dev.epik.capi.event.ConversionEvent.Privacy;
import dev.epik.capi.failure.ContainedLog;
import dev.epik.capi.opening.RetriedOpening;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
        Consumer<String> revoked = clickId -> {
            client.revoke(clickId);
            if (shop.getAttribute(PageEvents.ATTRIBUTE) instanceof PageEventQueue pageEvents) {
                pageEvents.revoke(clickId);
            }
        };
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

    /**
     * Reports page visits, categories, searches and carts that the script {@code epik.events.js} sends from the
     * visitor's browser, for pages that a cache serves. {@code epik-filter} receives them in the same WAR. Off until it
     * is opened:
     *
     * <pre>{@code
     * closeOnShutdown(PageEvents.builder(Mode.LIVE, account).open(shop)); // in open(shop)
     * }</pre>
     *
     * <p><b>Not for sales.</b> A page event waits in memory only, and is dropped if the queue is full. Checkouts, leads
     * and signups are never taken from a browser.
     *
     * <p><b>Sales do not wait for page events.</b> These have an {@link EpikClient} of their own: its own threads, its
     * own HTTP connection, one request at a time. They only share the ad account's rate limit at Pinterest with the
     * sales. That is why {@link Builder#capacity} limits them.
     *
     * <p><b>Who is refused.</b> Robots, visitors without consent, and addresses with too many events; {@link #counts()}
     * has them all.
     *
     * <p><b>In a crash</b> all waiting page events are lost. {@link #close()} tries for one second to send them.
     *
     * <p><b>Threads.</b> Thread-safe.
     */
    public static final class PageEvents implements AutoCloseable {
        /** The servlet context attribute in which {@code epik-filter} looks for the consumer of page events. */
        private static final String ATTRIBUTE = "dev.epik.pageEvents";

        private final PageEventQueue queue;
        private final ServletContext shop;

        private PageEvents(PageEventQueue queue, ServletContext shop) {
            this.queue = queue;
            this.shop = shop;
        }

        /**
         * Returns a builder with the defaults.
         *
         * @param mode whether events count
         * @param account the ad account, usually that of the sales
         */
        public static Builder builder(Mode mode, AdAccount account) {
            return new Builder(mode, account);
        }

        /** Returns how many page events had which result since this object was opened. Does no I/O and never fails. */
        public Map<Result, Long> counts() {
            return queue.counts();
        }

        /**
         * Cancels the page events with this click id that wait, for a visitor who has revoked the consent. Never waits
         * and never throws. {@link EpikContextListener} and the Spring Boot starter call it.
         *
         * @param clickId the value of the cookie {@code _epik}
         */
        public void revoke(String clickId) {
            queue.revoke(clickId);
        }

        /** Stops taking page events, and tries for one second to send those that wait. Never throws. */
        @Override
        public void close() {
            if (shop.getAttribute(ATTRIBUTE) == queue) {
                shop.removeAttribute(ATTRIBUTE);
            }
            queue.close();
        }

        /**
         * The results of page events. Each event is counted once when it arrives, and once more if it is settled later.
         */
        public enum Result {
            /** It was queued. */
            QUEUED,
            /** The visitor's consent is denied or unknown. */
            NO_CONSENT,
            /** The user agent is that of a known robot, or missing. */
            ROBOT,
            /** The address has sent too many. */
            LIMITED,
            /** An event with this name and id was queued before. */
            DUPLICATE,
            /** Pinterest would refuse it, for example for lack of an IP address. */
            INVALID,
            /** The queue was full, too many came in a minute, or this object is closed. */
            DROPPED,
            /** Pinterest has accepted it. */
            ACCEPTED,
            /** Pinterest has refused it, or it was too old when it could be sent. */
            REJECTED
        }

        /** Collects the settings. No parameter may be null. Not thread-safe. */
        public static final class Builder {
            private static final int MAX_CAPACITY = 100_000;
            private static final int MAX_PER_MINUTE = 10_000;

            final Mode mode;
            final AdAccount account;
            URI baseUrl = EpikClient.PRODUCTION;

            @Nullable
            Supplier<HttpClient> http;

            @Nullable
            TrustedProxies proxies;

            Privacy privacy = Privacy.defaults();
            boolean searchText;
            int capacity = 10_000;
            int maxPerMinute = 60;
            Duration linger = Duration.ofSeconds(5);
            DeliveryListener listener = (event, outcome) -> {};

            private Builder(Mode mode, AdAccount account) {
                this.mode = Objects.requireNonNull(mode, "mode");
                this.account = Objects.requireNonNull(account, "account");
            }

            /** Sets the address of the API; see {@link EpikClient.Builder#baseUrl}. */
            public Builder baseUrl(URI url) {
                this.baseUrl = Objects.requireNonNull(url, "baseUrl");
                return this;
            }

            /** Sets the factory of the HTTP client; see {@link EpikClient.Builder#httpClient}. */
            public Builder httpClient(Supplier<HttpClient> factory) {
                this.http = Objects.requireNonNull(factory, "httpClient");
                return this;
            }

            /**
             * Sets the proxies in front of the shop, for the visitor's address; by default the address is
             * {@code getRemoteAddr()}. Behind a proxy, one of the two must be the visitor's. Otherwise all visitors
             * share one limit.
             */
            public Builder trustedProxies(TrustedProxies trusted) {
                this.proxies = Objects.requireNonNull(trusted, "trustedProxies");
                return this;
            }

            /**
             * Sets how much of a page event is sent; {@link Privacy#defaults()} by default. Give the settings of the
             * client that reports the sales.
             */
            public Builder privacy(Privacy settings) {
                this.privacy = Objects.requireNonNull(settings, "privacy");
                return this;
            }

            /**
             * Sets whether the text of a search is sent, unhashed; false by default, because visitors type personal
             * data into search fields.
             */
            public Builder searchText(boolean isSent) {
                this.searchText = isSent;
                return this;
            }

            /**
             * Sets how many page events one address may send in a minute; 60 by default. Visitors behind one address,
             * such as an office, share it.
             *
             * @throws EpikException unless it is from 1 to 10,000
             */
            public Builder maxPerMinute(int events) {
                this.maxPerMinute = inRange("maxPerMinute", events, MAX_PER_MINUTE);
                return this;
            }

            /**
             * Sets how many page events may wait, and how many are taken in a minute; 10,000 by default. Further ones
             * are dropped.
             *
             * @throws EpikException unless it is from 1 to 100,000
             */
            public Builder capacity(int events) {
                this.capacity = inRange("capacity", events, MAX_CAPACITY);
                return this;
            }

            /** Sets how long a page event waits for others to be sent with; 5 s by default, from 0 to 1 h. */
            public Builder linger(Duration time) {
                this.linger = Objects.requireNonNull(time, "linger");
                return this;
            }

            /** Sets the listener that receives the outcome of each page event; none by default. */
            public Builder listener(DeliveryListener theListener) {
                this.listener = Objects.requireNonNull(theListener, "listener");
                return this;
            }

            private static int inRange(String setting, int value, int max) {
                if (value < 1 || value > max) {
                    throw new EpikException(
                            "The setting " + setting + " of page events is " + value + "; give 1 to " + max);
                }
                return value;
            }

            /**
             * Opens the queue, and takes the page events of this application from now on. The caller closes the result.
             *
             * @throws EpikException if the base URL is invalid
             */
            public PageEvents open(ServletContext shop) {
                PageEventQueue queue = new PageEventQueue(this);
                shop.setAttribute(ATTRIBUTE, queue);
                return new PageEvents(queue, shop);
            }
        }
    }
}
