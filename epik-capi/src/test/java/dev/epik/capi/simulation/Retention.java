// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The retention of delivered ids and dead letters in a simulation. Checks that no event is forgotten early, and that
 * each is forgotten at last. Not thread-safe.
 */
final class Retention {
    /** Short enough that the housekeeping of a schedule of three hours, and of a restarted process, forgets events. */
    private static final List<Duration> SHORT =
            List.of(Duration.ofMinutes(2), Duration.ofMinutes(10), Duration.ofMinutes(40));

    /** The interval of housekeeping, and the time until a process is started again. */
    private static final Duration HOUSEKEEPING = Duration.ofMinutes(70);

    private final World world;
    private @Nullable Duration retention;

    Retention(World world) {
        this.world = world;
    }

    /** Makes housekeeping forget events after one of the times of {@link #SHORT} instead of that of the options. */
    void shorten(long number) {
        retention = SHORT.get((int) Math.floorMod(number, (long) SHORT.size()));
    }

    /** Forgets events, as housekeeping does. */
    Map<String, Integer> forget(Duration deliveredOlderThan, Duration deadOlderThan) {
        Duration age = retention;
        if (age == null) {
            return world.store.forget(deliveredOlderThan, deadOlderThan);
        }
        Map<String, Integer> letters = world.store.forget(age, age);
        if (!letters.isEmpty()) {
            world.coverage.count("dead letters forgotten");
        }
        if (!world.storeClockWasSet()) {
            checkRemembered(age);
        }
        return letters;
    }

    private void checkRemembered(Duration age) {
        Set<String> dead = new HashSet<>();
        for (SimEvent event : world.ledger.all()) {
            if (event.dead && mustBeRemembered(event, age)) {
                dead.add(event.stored.adAccount());
            }
        }
        Set<StoredEvent.Key> letters = new HashSet<>();
        dead.forEach(account -> world.quietly(() -> world.store.deadLetters(account, Integer.MAX_VALUE)).stream()
                .map(DeadLetter::event)
                .forEach(event -> letters.add(event.key())));
        for (SimEvent event : world.ledger.all()) {
            if (!mustBeRemembered(event, age)) {
                continue;
            }
            boolean remembered = event.dead
                    ? letters.contains(event.stored.key())
                    : world.quietly(() -> world.store.cancel(event.stored.key())) == CancelResult.TOO_LATE;
            if (!remembered) {
                world.invariants.violated(event + " was forgotten before the end of its retention");
                return;
            }
        }
    }

    private boolean mustBeRemembered(SimEvent event, Duration age) {
        return event.settledAt != SimEvent.NEVER
                && age(event) < age.toMillis()
                && !event.isCancelled()
                && world.ledger.ofKey(event.stored.key()) == event;
    }

    /** Returns whether the retention of the event has ended. */
    boolean mayBeForgotten(SimEvent event) {
        return retention != null
                && event.settledAt != SimEvent.NEVER
                && (world.storeClockWasSet() || age(event) >= retention.toMillis());
    }

    /** Returns whether housekeeping must have removed the event. */
    boolean mustBeForgotten(SimEvent event) {
        return retention != null
                && event.settledAt != SimEvent.NEVER
                && !world.storeClockWasSet()
                && age(event) > retention.plus(HOUSEKEEPING).toMillis();
    }

    private long age(SimEvent event) {
        return world.storeClock.millis() - event.settledAt;
    }
}
