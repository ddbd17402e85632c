// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The retention of delivered ids and dead letters in a simulation. Checks that no event is forgotten early, and that
 * each is forgotten at last. Not thread-safe.
 */
final class Retention {
    /** Short enough that the housekeeping of a schedule of three hours forgets events. */
    private static final Duration SHORT = Duration.ofMinutes(40);

    /** The interval of housekeeping, and the time until a process is started again. */
    private static final Duration HOUSEKEEPING = Duration.ofMinutes(70);

    private final World world;
    private boolean isShort;

    Retention(World world) {
        this.world = world;
    }

    /** Makes housekeeping forget events after {@link #SHORT} instead of the time of the options. */
    void shorten() {
        isShort = true;
    }

    /** Forgets events, as housekeeping does. */
    Map<String, Integer> forget(Duration deliveredOlderThan, Duration deadOlderThan) {
        if (!isShort) {
            return world.store.forget(deliveredOlderThan, deadOlderThan);
        }
        Map<String, Integer> letters = world.store.forget(SHORT, SHORT);
        if (!letters.isEmpty()) {
            world.coverage.count("dead letters forgotten");
        }
        if (!world.storeClockWasSet()) {
            checkRemembered();
        }
        return letters;
    }

    private void checkRemembered() {
        Set<String> dead = new HashSet<>();
        for (SimEvent event : world.ledger.all()) {
            if (event.dead && mustBeRemembered(event)) {
                dead.add(event.stored.adAccount());
            }
        }
        Set<StoredEvent.Key> letters = new HashSet<>();
        dead.forEach(account -> world.quietly(() -> world.store.deadLetters(account, Integer.MAX_VALUE)).stream()
                .map(DeadLetter::event)
                .forEach(event -> letters.add(event.key())));
        for (SimEvent event : world.ledger.all()) {
            if (!mustBeRemembered(event)) {
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

    private boolean mustBeRemembered(SimEvent event) {
        return event.settledAt != SimEvent.NEVER
                && age(event) < SHORT.toMillis()
                && !event.isCancelled()
                && world.ledger.ofKey(event.stored.key()) == event;
    }

    /** Returns whether the retention of the event has ended. */
    boolean mayBeForgotten(SimEvent event) {
        return isShort
                && event.settledAt != SimEvent.NEVER
                && (world.storeClockWasSet() || age(event) >= SHORT.toMillis());
    }

    /** Returns whether housekeeping must have removed the event. */
    boolean mustBeForgotten(SimEvent event) {
        return isShort
                && event.settledAt != SimEvent.NEVER
                && !world.storeClockWasSet()
                && age(event) > SHORT.plus(HOUSEKEEPING).toMillis();
    }

    private long age(SimEvent event) {
        return world.storeClock.millis() - event.settledAt;
    }
}
