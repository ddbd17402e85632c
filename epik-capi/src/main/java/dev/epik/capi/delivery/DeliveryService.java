// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.DeliveryStats;
import dev.epik.capi.outbox.SpooledOutbox;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.pinterest.PinterestApi;
import dev.epik.capi.pinterest.Reply;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the events of all ad accounts of one client.
 *
 * <p><b>Threads.</b> Thread-safe. It has two daemon threads, {@code epik-delivery} and {@code epik-watchdog}, the
 * threads of one HTTP client, and a pool that asks token sources. Their number does not grow with the ad accounts. A
 * thread that ends is replaced.
 *
 * <p><b>Lifetime.</b> The creator closes it. {@link #close} ends its threads.
 *
 * <p><b>In a crash</b> no event in the outbox is lost: any node claims it again when its lease ends.
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
     * @param http creates an HTTP client, and another one if the first stops working; null: the service creates its own
     */
    public DeliveryService(
            Outbox outbox,
            URI api,
            @Nullable Supplier<HttpClient> http,
            AdAccount.Source accounts,
            DeliveryOptions options) {
        this(outbox, new PinterestApi(api, options.mode(), http), accounts, options);
    }

    /** @param api closed with the service */
    DeliveryService(Outbox outbox, PinterestApi api, AdAccount.Source accounts, DeliveryOptions options) {
        this.outbox = outbox;
        this.options = options;
        this.api = api;
        this.tokens = new TokenPool();
        Time time = Time.system(options.clock());
        this.engine = new DeliveryEngine(
                outbox, this::send, tokens, accounts, options, time, new SplittableRandom(), thread::wakeUp);
        this.watchdog = new Watchdog(outbox, engine, thread, options.monitor()::check, time);
    }

    private CompletableFuture<Reply> send(String adAccount, AccessToken token, List<String> eventsJson) {
        long begun = System.nanoTime();
        return api.send(adAccount, token, eventsJson).whenComplete((reply, e) -> {
            if (reply != null) {
                options.monitor().answered(reply, Duration.ofNanos(System.nanoTime() - begun));
            }
        });
    }

    /** Starts the threads. */
    public void start() {
        thread.start(engine);
        watchdog.start();
    }

    /** Reports events that this process has stored for the ad account. Never waits, never throws. */
    public void wake(String adAccountId, int events) {
        engine.wake(adAccountId, events);
    }

    /** Ends a pause of this node, and reads the outbox for the ad account at once. Never waits. */
    public void tryNow(String adAccountId) {
        engine.resume(adAccountId);
    }

    /**
     * Returns the state of one ad account. Reads the outbox. If its database fails, a {@link SpooledOutbox} returns the
     * state of its spool, with the failure as the reason of a pause; another outbox throws.
     */
    public DeliveryStats stats(String adAccountId) {
        watchdog.ensureAlive();
        thread.ensureAlive();
        Backlog spool = outbox.spooled(adAccountId);
        try {
            Backlog backlog = outbox.backlog(adAccountId);
            Optional<Peek.Pause> pause = outbox.peek(adAccountId, 1).pause();
            return stats(
                    adAccountId,
                    backlog,
                    spool,
                    pause.map(paused -> options.clock().instant().plus(paused.left())),
                    engine.trouble(adAccountId)
                            .or(() -> pause.map(Peek.Pause::reason))
                            .orElse(""));
        } catch (OutboxException e) {
            if (!outbox.hasSpool()) {
                throw e;
            }
            Backlog unknown = new Backlog(0, 0, spool.dead(), Optional.empty());
            return stats(adAccountId, unknown, spool, Optional.empty(), e.getMessage());
        }
    }

    private DeliveryStats stats(
            String adAccountId, Backlog backlog, Backlog spool, Optional<Instant> pausedUntil, String pauseReason) {
        Optional<Duration> stuck = spool.oldest().filter(age -> age.compareTo(SpooledOutbox.OVERDUE) > 0);
        return new DeliveryStats(
                backlog.waiting(),
                backlog.suspects(),
                backlog.oldest(),
                backlog.dead(),
                engine.accepted(adAccountId),
                pausedUntil,
                pauseReason,
                thread.replaced() + watchdog.replaced() + api.replacedClients() + outbox.replacedThreads(),
                Stream.of(watchdog.overdue(adAccountId), stuck)
                        .flatMap(Optional::stream)
                        .max(Comparator.naturalOrder()),
                spool.waiting(),
                spool.oldest(),
                engine.booksDifference(adAccountId));
    }

    /**
     * Sends ready events without lingering, until nothing is ready and nothing is in flight, or until the time is over.
     *
     * @return true if nothing is ready any more; postponed events may still wait
     */
    public boolean drain(Duration time) throws InterruptedException {
        return thread.awaitDrained(time);
    }

    /**
     * Sends ready events of all ad accounts for at most this long, then ends the threads. Never throws, even if the
     * outbox fails. Returns at most 5 s after the drain time.
     */
    public void close(Duration drainTime) {
        watchdog.close();
        thread.close(drainTime);
        tokens.close();
        api.close();
    }
}
