// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.outbox.spi.Outbox;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The checks at the end, some time after all faults have ended. */
final class FinalChecks {
    /** The sum of the linger time, some earlier requests, and discovery by another process. */
    private static final long MAX_DELAY = Duration.ofSeconds(10).toNanos();

    private final World world;

    FinalChecks(World world) {
        this.world = world;
    }

    /** Checks that events that never failed alone, and were stored until this time, are delivered. */
    void ordinaryEventsAreDelivered(long storedUntil) {
        for (SimEvent event : world.ledger.all()) {
            boolean suspect = event.history.isSuspect() || event.poison != Poison.NONE;
            if (isExpected(event) && !suspect && event.acknowledgedAt <= storedUntil && event.counted == 0) {
                world.invariants.violated(event + ", stored at " + seconds(event.acknowledgedAt)
                        + ", is not delivered although all has been well for long enough");
                return;
            }
        }
    }

    /** Checks that each hour's stored events are accepted, rejected, cancelled or waiting. */
    void booksBalance() {
        boolean isClosed = world.local != null && !world.local.isOpen();
        if (world.invariants.violation().isEmpty() && !isClosed) {
            world.quietly(world.store::verify).stream()
                    .findFirst()
                    .ifPresent(hour -> world.invariants.violated("the books do not balance: " + hour));
        }
    }

    /** Checks each event after the last one was stored. */
    void everythingIsInItsPlace() {
        long now = world.scheduler.now();
        for (SimEvent event : world.ledger.all()) {
            if (isExpected(event) && !event.isPoison(now) && event.counted == 0) {
                world.invariants.violated(
                        event + ", stored at " + seconds(event.acknowledgedAt) + ", was never delivered");
            }
            if (world.store instanceof ModelOutbox model && event.acknowledged) {
                checkPlace(event, model.place(event.stored.key()), now);
            }
        }
    }

    private void checkPlace(SimEvent event, ModelOutbox.Place place, long now) {
        boolean right = switch (place) {
            case NOWHERE -> event.isCancelled() || world.retention.mayBeForgotten(event);
            case UNCOMMITTED -> false;
            case WAITING -> event.isPoison(now);
            case DELIVERED -> event.counted > 0 && !world.retention.mustBeForgotten(event);
            case DEAD -> event.dead && !world.retention.mustBeForgotten(event);
        };
        if (!right) {
            world.invariants.violated(event + " is " + place + " at the end; counted " + event.counted
                    + " times, cancelled " + event.isCancelled());
        }
    }

    /** Checks that only poison events wait, for stores that cannot be inspected. */
    void countsAreRight(List<String> accounts) {
        long now = world.scheduler.now();
        for (String account : accounts) {
            Outbox store = world.store;
            long poison = world.ledger.all().stream()
                    .filter(event -> event.stored.adAccount().equals(account))
                    .filter(event -> event.isPoison(now) && !event.isCancelled() && !event.dead)
                    .count();
            int waiting = world.quietly(() -> store.backlog(account)).waiting();
            if (waiting > poison) {
                world.invariants.violated(waiting + " events of " + account + " wait at the end; poison are " + poison);
            }
        }
    }

    /** Checks that ad accounts without outages were not delayed by those with outages. */
    void othersAreNotDelayed(Set<String> troubled) {
        Set<String> all = new HashSet<>(troubled);
        world.ledger.all().stream()
                .filter(event -> event.poison != Poison.NONE)
                .forEach(event -> all.add(event.stored.adAccount()));
        long maxDelay = world.group == null ? MAX_DELAY : world.group.maxDelay().toNanos();
        for (SimEvent event : world.ledger.all()) {
            boolean counted = isExpected(event) && event.counted > 0 && !event.wasLocked && !event.wasRedriven;
            long delay = event.firstCountedAt - event.acknowledgedAt;
            if (counted && !all.contains(event.stored.adAccount()) && delay > maxDelay) {
                world.invariants.violated(
                        event + " of an ad account without trouble was delivered after " + delay / 1_000_000 + " ms");
                return;
            }
        }
    }

    private static boolean isExpected(SimEvent event) {
        return event.acknowledged && !event.isCancelled() && !event.cancelRequested && !event.dead;
    }

    private static String seconds(long time) {
        return Duration.ofNanos(time).toSeconds() + " s";
    }
}
