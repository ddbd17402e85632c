// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.spi.DueAccount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Finds the ad accounts that have due events, which another process stored or left claimed, with one query for all ad
 * accounts. It runs once a minute, and every 2 s for ten minutes after it found something. Not thread-safe, except
 * {@link #last}.
 */
final class Discovery {
    static final Duration IDLE = Duration.ofSeconds(60);
    static final Duration ACTIVE = Duration.ofSeconds(2);
    private static final Duration ACTIVE_FOR = Duration.ofMinutes(10);

    private final DeliveryEngine engine;
    private long next;
    private long activeUntil;
    private boolean failed;
    private volatile Snapshot last;

    /**
     * The result of a discovery.
     *
     * @param nanos the time of the query, by the monotonic clock
     */
    record Snapshot(List<DueAccount> accounts, long nanos) {}

    Discovery(DeliveryEngine engine) {
        this.engine = engine;
        long now = engine.time.nanos();
        this.next = now;
        this.activeUntil = now;
        this.last = new Snapshot(List.of(), now);
    }

    /** Returns the last result. Thread-safe. */
    Snapshot last() {
        return last;
    }

    /** Returns when to call {@link #run} next, by the monotonic clock. */
    long next() {
        return next;
    }

    /** Makes the next {@link #run} query at once. */
    void hasten() {
        next = engine.time.nanos();
    }

    /** Returns whether the last query failed. */
    boolean hasFailed() {
        return failed;
    }

    /** Queries the outbox if that is due, and schedules the ad accounts that were found. */
    void run() throws StoreFailure {
        long now = engine.time.nanos();
        if (next - now > 0) {
            return;
        }
        failed = true;
        List<DueAccount> accounts = StoreFailure.guard(engine.outbox::dueAccounts);
        failed = false;
        last = new Snapshot(accounts, now);
        boolean found = false;
        for (DueAccount each : accounts) {
            found |= found(each, now);
        }
        if (found) {
            activeUntil = now + ACTIVE_FOR.toNanos();
        }
        next = engine.time.nanos() + (activeUntil - now > 0 ? ACTIVE : IDLE).toNanos();
    }

    /**
     * Schedules the ad account no later than its events are due. Returns true if it has due events and was not
     * scheduled.
     */
    private boolean found(DueAccount each, long now) {
        Optional<AccountDelivery> known = engine.deliveryToSchedule(each.adAccount());
        if (known.isEmpty()) {
            return false;
        }
        AccountDelivery account = known.get();
        Duration delay = each.pause().isPresent() ? each.pause().get().left() : untilDue(each);
        delay = delay.isNegative() ? Duration.ZERO : delay;
        if (account.scheduled && account.dueNanos - now <= delay.toNanos()) {
            return false;
        }
        engine.schedule(account, delay);
        return delay.isZero();
    }

    private static Duration untilDue(DueAccount each) {
        Optional<Instant> first = each.readyAt();
        if (each.suspectAt().isPresent()
                && (first.isEmpty() || each.suspectAt().get().isBefore(first.get()))) {
            first = each.suspectAt();
        }
        return first.map(at -> Duration.between(each.now(), at)).orElse(IDLE);
    }
}
