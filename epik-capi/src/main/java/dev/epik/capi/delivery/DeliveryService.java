// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.AdAccount;
import dev.epik.capi.DeliveryStats;
import dev.epik.capi.outbox.SpooledOutbox;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.pinterest.PinterestApi;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the events of all ad accounts of one client.
 *
 * <p><b>Threads.</b> Thread-safe. Two daemons, {@code epik-delivery} and {@code epik-watchdog}, those of one HTTP
 * client, and those that ask token sources; their number does not grow with the ad accounts. What ends is replaced.
 *
 * <p><b>Lifetime.</b> Whoever creates it closes it; after {@link #close} its threads are gone.
 *
 * <p><b>In a crash</b> nothing is lost that the outbox keeps: what was claimed is claimed again when its lease ends, by
 * any node.
 */
public final class DeliveryService {
    private final Outbox outbox;
    private final DeliveryOptions options;
    private final PinterestApi api;
    private final TokenPool tokens;
    private final DeliveryEngine engine;
    private final DeliveryThread thread = new DeliveryThread();
    private final Watchdog watchdog;

    /**
     * @param http makes an HTTP client, and another one when that one stops working; null: the service makes its own
     */
    public DeliveryService(
            Outbox outbox,
            URI api,
            @Nullable Supplier<HttpClient> http,
            AdAccount.Source accounts,
            DeliveryOptions options) {
        this(outbox, new PinterestApi(api, options.mode(), http), accounts, options);
    }

    /** @param api is closed with the service */
    DeliveryService(Outbox outbox, PinterestApi api, AdAccount.Source accounts, DeliveryOptions options) {
        this.outbox = outbox;
        this.options = options;
        this.api = api;
        this.tokens = new TokenPool();
        Time time = Time.system(options.clock());
        this.engine = new DeliveryEngine(
                outbox, api::send, tokens, accounts, options, time, new SplittableRandom(), thread::wakeUp);
        this.watchdog = new Watchdog(outbox, engine, thread, time);
    }

    /** Starts the threads. */
    public void start() {
        thread.start(engine);
        watchdog.start();
    }

    /** Reports that this process has stored this number of events for the ad account. Never waits, never throws. */
    public void wake(String adAccountId, int events) {
        engine.wake(adAccountId, events);
    }

    /** Looks at the ad account at once, whatever it waits for. Never waits. */
    public void tryNow(String adAccountId) {
        engine.tryNow(adAccountId);
    }

    /**
     * Returns the state of one ad account. Asks the outbox. If its database fails, the state of an outbox with a spool
     * has no events but those of the spool, and the failure as the reason of a pause; that of another one throws.
     */
    public DeliveryStats stats(String adAccountId) {
        watchdog.ensureAlive();
        thread.ensureAlive();
        if (!(outbox instanceof SpooledOutbox withSpool)) {
            return stats(adAccountId, outbox.backlog(adAccountId));
        }
        Backlog spool = withSpool.spooled(adAccountId);
        try {
            return withSpool(stats(adAccountId, outbox.backlog(adAccountId)), spool);
        } catch (OutboxException e) {
            Backlog unknown = new Backlog(0, 0, spool.dead(), Optional.empty());
            return withSpool(stats(adAccountId, unknown, Optional.empty(), e.getMessage()), spool);
        }
    }

    private DeliveryStats stats(String adAccountId, Backlog backlog) {
        Optional<Peek.Pause> pause = outbox.peek(adAccountId, 1).pause();
        String trouble = engine.trouble(adAccountId);
        return stats(
                adAccountId,
                backlog,
                pause.map(paused -> options.clock().instant().plus(paused.left())),
                trouble.isEmpty() ? pause.map(Peek.Pause::reason).orElse("") : trouble);
    }

    private DeliveryStats stats(
            String adAccountId, Backlog backlog, Optional<Instant> pausedUntil, String pauseReason) {
        return new DeliveryStats(
                backlog.waiting(),
                backlog.suspects(),
                backlog.oldest(),
                backlog.dead(),
                engine.accepted(adAccountId),
                pausedUntil,
                pauseReason,
                thread.replaced() + watchdog.replaced() + api.replacedClients() + outbox.replacedThreads(),
                watchdog.overdue(adAccountId),
                0,
                Optional.empty(),
                engine.booksDifference(adAccountId));
    }

    private static DeliveryStats withSpool(DeliveryStats stats, Backlog spool) {
        Optional<Duration> stuck = spool.oldest().filter(age -> age.compareTo(SpooledOutbox.OVERDUE) > 0);
        return new DeliveryStats(
                stats.waiting(),
                stats.suspects(),
                stats.oldest(),
                stats.dead(),
                stats.accepted(),
                stats.pausedUntil(),
                stats.pauseReason(),
                stats.replaced(),
                Stream.of(stats.overdue(), stuck).flatMap(Optional::stream).max(Comparator.naturalOrder()),
                spool.waiting(),
                spool.oldest(),
                stats.booksDifference());
    }

    /**
     * Sends what is ready without waiting for the linger time, until nothing is ready and nothing is in flight, or the
     * time is over.
     *
     * @return whether nothing is ready any more; events that are postponed may wait
     */
    public boolean drain(Duration time) throws InterruptedException {
        return thread.awaitDrained(time);
    }

    /**
     * Sends what is ready for at most this long, then ends the threads, for all ad accounts together. Never throws,
     * whatever the outbox does; returns at most 5 s after the drain time.
     */
    public void close(Duration drainTime) {
        watchdog.close();
        thread.close(drainTime);
        tokens.close();
        api.close();
    }
}
