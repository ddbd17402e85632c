// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import dev.epik.capi.DeliveryListener;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.servlet.EpikContextListener.PageEvents;
import dev.epik.capi.servlet.EpikContextListener.PageEvents.Result;
import jakarta.servlet.http.HttpServletRequest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides on each page event that {@code epik-filter} hands over, and queues it in a client of its own. Never throws
 * because of the values. Does no I/O and does not wait. Thread-safe.
 */
final class PageEventQueue implements BiConsumer<HttpServletRequest, Map<String, String>>, AutoCloseable {
    /** Events that are older count as offline at Pinterest, so they are not sent. */
    private static final Duration MAX_AGE = Duration.ofMinutes(50);

    /** Space for events that threads queue at the same moment as the last one that fits. */
    private static final int RESERVE = 1000;

    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(1);

    private final @Nullable TrustedProxies proxies;
    private final boolean searchText;
    private final int capacity;
    private final AddressRateLimit limitOfAddress;

    /** Bounds the requests of page events, because they share the ad account's rate limit with the sales. */
    private final AddressRateLimit limitOfAll;

    private final MemoryOutbox outbox;
    private final EpikClient client;
    private final long start = System.nanoTime();
    private final Map<Result, LongAdder> counts = new EnumMap<>(Result.class);

    PageEventQueue(PageEvents.Builder options) {
        for (Result result : Result.values()) {
            counts.put(result, new LongAdder());
        }
        this.proxies = options.proxies;
        this.searchText = options.searchText;
        this.capacity = options.capacity;
        this.limitOfAddress =
                new AddressRateLimit(AddressRateLimit.SLOTS, options.maxPerMinute, new SecureRandom().nextLong());
        this.limitOfAll = new AddressRateLimit(1, options.capacity, 0);
        this.outbox = MemoryOutbox.ofCapacity(options.capacity + RESERVE);
        EpikClient.Builder builder = EpikClient.builder(options.mode, options.account, outbox)
                .baseUrl(options.baseUrl)
                .privacy(options.privacy)
                .linger(options.linger)
                .maxAge(MAX_AGE)
                .shutdownTimeout(SHUTDOWN_TIMEOUT)
                .listener((event, outcome) -> settled(event, outcome, options.listener));
        if (options.http != null) {
            builder.httpClient(options.http);
        }
        this.client = builder.open();
    }

    @Override
    public void accept(HttpServletRequest request, Map<String, String> values) {
        count(take(request, values));
    }

    private Result take(HttpServletRequest request, Map<String, String> values) {
        if (Robots.isRobot(request.getHeader("User-Agent"))) {
            return Result.ROBOT;
        }
        long now = System.nanoTime() - start;
        if (!limitOfAddress.tryAcquire(ServletVisit.address(request, proxies), now)) {
            return Result.LIMITED;
        }
        Visit visit = proxies == null ? ServletVisit.of(request) : ServletVisit.of(request, proxies);
        if (visit.consent() != Visit.Consent.GRANTED) {
            return Result.NO_CONSENT;
        }
        if (!limitOfAll.tryAcquire(null, now)) {
            return Result.DROPPED;
        }
        if (outbox.waiting() >= capacity) { // before submit, which would log each event of a full outbox
            return Result.DROPPED;
        }
        return PageEventValues.toEvent(values, visit, searchText)
                .map(this::submit)
                .orElse(Result.INVALID);
    }

    private Result submit(ConversionEvent event) {
        SubmitResult result = client.submit(event);
        if (result instanceof SubmitResult.Stored) {
            return Result.QUEUED;
        }
        if (result instanceof SubmitResult.Failed) {
            return Result.DROPPED;
        }
        return result instanceof SubmitResult.Duplicate ? Result.DUPLICATE : Result.INVALID;
    }

    private void settled(StoredEvent event, Outcome outcome, DeliveryListener listener) {
        if (!(outcome instanceof Outcome.Postponed)) {
            count(outcome instanceof Outcome.Accepted ? Result.ACCEPTED : Result.REJECTED);
        }
        listener.settled(event, outcome);
    }

    private void count(Result result) {
        Objects.requireNonNull(counts.get(result)).increment();
    }

    Map<Result, Long> counts() {
        Map<Result, Long> sums = new EnumMap<>(Result.class);
        counts.forEach((result, count) -> sums.put(result, count.sum()));
        return sums;
    }

    int waiting() {
        return outbox.waiting();
    }

    void revoke(String clickId) {
        client.revoke(clickId);
    }

    /** Tries for one second to send what waits. Never throws. */
    @Override
    public void close() {
        client.close();
    }
}
