// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Writes the outcomes of one ad account. An outcome that cannot be written is kept until it is written, or until the
 * outbox reports that the event belongs to another node. A row that another transaction has locked is tried again later
 * and blocks no other row. Not thread-safe.
 *
 * <p>If the lease of an event ended before the outcome "taken" was written, the event is remembered for
 * {@link #REMEMBERED_FOR}. If this process claims it again in that time, it is not sent again. The lease may have been
 * replaced by a claim of this process whose answer was lost.
 */
final class OutcomeWriter {
    private static final Logger LOG = System.getLogger(DeliveryEngine.class.getName());
    private static final long MAX_RETRY_SECONDS = 8;
    private static final long MAX_LOCKED_RETRY_SECONDS = 30;

    /** Longer than several leases in a row, in case the answers of several claims are lost. */
    private static final Duration REMEMBERED_FOR = Duration.ofHours(1);

    private static final int MAX_REMEMBERED = 10_000;

    private record Taken(Outcome outcome, long nanos) {}

    private record Outcomes(Batch batch, List<Settlement> settlements) {
        Outcomes without(Set<StoredEvent.Key> events) {
            return new Outcomes(
                    batch,
                    settlements.stream()
                            .filter(settlement ->
                                    !events.contains(settlement.event().key()))
                            .toList());
        }
    }

    private final String adAccount;
    private final DeliveryEngine engine;
    private final Consumer<Settlement> listener;

    // Immutable collections while they are empty, to save memory: a client may have thousands of ad accounts.
    private List<Outcomes> unwritten = List.of();
    private List<Outcomes> locked = List.of();
    private Map<StoredEvent.Key, Taken> taken = Map.of();

    private int failures;
    private long retryNanos;
    private int lockedTries;
    private long lockedRetryNanos;

    /** @param listener receives each settlement after it is written */
    OutcomeWriter(String adAccount, DeliveryEngine engine, Consumer<Settlement> listener) {
        this.adAccount = adAccount;
        this.engine = engine;
        this.listener = listener;
    }

    boolean hasUnwritten() {
        return !unwritten.isEmpty() || !locked.isEmpty();
    }

    void add(List<Decision.Write> writes) {
        writes.forEach(write -> add(write.batch(), write.settlements()));
    }

    /** Writes the outcomes, or keeps them if that fails. Never throws. */
    void add(Batch batch, List<Settlement> settlements) {
        if (settlements.isEmpty()) {
            return;
        }
        keep(new Outcomes(batch, settlements));
        if (failures == 0) {
            write();
        }
    }

    private void keep(Outcomes outcomes) {
        if (unwritten.isEmpty()) {
            unwritten = new ArrayList<>(2);
        }
        unwritten.add(outcomes);
    }

    /** Writes the kept outcomes. Returns whether events may be claimed. Never throws. */
    boolean write() {
        long now = engine.time.nanos();
        if (failures > 0 && now - retryNanos < 0) {
            return unwritten.isEmpty();
        }
        while (!unwritten.isEmpty()) {
            if (!write(unwritten.get(0))) {
                return false;
            }
            unwritten.remove(0);
        }
        unwritten = List.of();
        if (!locked.isEmpty() && now - lockedRetryNanos >= 0) {
            writeLocked();
        }
        return unwritten.isEmpty();
    }

    private void writeLocked() {
        List<Outcomes> again = locked;
        locked = List.of();
        for (Outcomes each : again) {
            if (!write(each)) {
                keep(each);
            }
        }
    }

    /**
     * Returns the events of a newly claimed batch, without those whose outcome is already known because it could not be
     * written before their lease ended. Writes these outcomes under the new lease.
     */
    List<Batch.Claimed> withoutKnown(Batch batch) {
        forgetOld();
        if (locked.isEmpty() && taken.isEmpty()) {
            return batch.claimed();
        }
        Map<StoredEvent.Key, Outcome> known = new HashMap<>();
        for (Outcomes each : locked) {
            for (Settlement settlement : each.settlements()) {
                if (!(settlement.outcome() instanceof Outcome.Postponed)) {
                    known.put(settlement.event().key(), settlement.outcome());
                }
            }
        }
        List<Settlement> settlements = new ArrayList<>();
        List<Batch.Claimed> left = new ArrayList<>(batch.claimed().size());
        for (Batch.Claimed claimed : batch.claimed()) {
            StoredEvent.Key key = claimed.event().key();
            Outcome outcome = known.get(key);
            if (outcome == null
                    && taken.containsKey(key)
                    && !claimed.redriven()) { // an operator decided to send it again
                outcome = taken.get(key).outcome;
            }
            if (outcome == null) {
                left.add(claimed);
            } else {
                settlements.add(Settlement.of(claimed, outcome));
            }
        }
        if (!settlements.isEmpty()) {
            Set<StoredEvent.Key> claimedAgain = settlements.stream()
                    .map(settlement -> settlement.event().key())
                    .collect(Collectors.toSet());
            locked = locked.stream()
                    .map(each -> each.without(claimedAgain))
                    .filter(each -> !each.settlements().isEmpty())
                    .collect(Collectors.toCollection(ArrayList::new));
            add(batch, settlements);
        }
        return left;
    }

    private void remember(List<Settlement> settlements) {
        for (Settlement each : settlements) {
            if (each.outcome() instanceof Outcome.Accepted && taken.size() < MAX_REMEMBERED) {
                if (taken.isEmpty()) {
                    taken = new HashMap<>();
                }
                taken.put(each.event().key(), new Taken(each.outcome(), engine.time.nanos()));
            }
        }
    }

    private void forgetOld() {
        if (!taken.isEmpty()) {
            long now = engine.time.nanos();
            taken.values().removeIf(each -> now - each.nanos > REMEMBERED_FOR.toNanos());
            taken = taken.isEmpty() ? Map.of() : taken;
        }
    }

    private boolean write(Outcomes outcomes) {
        SettleResult result;
        try {
            result = StoreFailure.guard(() -> engine.outbox.settle(outcomes.batch(), outcomes.settlements()));
        } catch (StoreFailure e) {
            if (failures++ == 0) {
                LOG.log(
                        Level.ERROR,
                        "The outcomes of {0} events of ad account {1} could not be written, and are written later: {2}",
                        outcomes.settlements().size(),
                        adAccount,
                        e.getMessage());
            }
            retryNanos = engine.time.nanos() + retryDelay().toNanos();
            return false;
        }
        failures = 0;
        written(outcomes, result);
        return true;
    }

    private void written(Outcomes outcomes, SettleResult result) {
        if (result.locked().isEmpty()) {
            lockedTries = locked.isEmpty() ? 0 : lockedTries;
        } else {
            if (locked.isEmpty()) {
                locked = new ArrayList<>();
            }
            locked.add(new Outcomes(outcomes.batch(), result.locked()));
            long seconds = Math.min(MAX_LOCKED_RETRY_SECONDS, 1L << Math.min(lockedTries++, 10));
            lockedRetryNanos = engine.time.nanos() + Duration.ofSeconds(seconds).toNanos();
        }
        int lost = outcomes.settlements().size()
                - result.settled()
                - result.locked().size();
        if (lost > 0) {
            LOG.log(
                    Level.WARNING,
                    "{0} events of ad account {1} were answered after their lease had ended; they may be sent twice,"
                            + " with the same id",
                    lost,
                    adAccount);
        }
        List<Settlement> reported = outcomes.settlements();
        if (!result.locked().isEmpty()) {
            reported = new ArrayList<>(reported);
            reported.removeAll(result.locked());
        }
        if (lost > 0) {
            remember(reported);
        }
        reported.forEach(listener);
    }

    /** Returns when to call {@link #write} again after it returned false. */
    Duration retryDelay() {
        return Duration.ofSeconds(Math.min(MAX_RETRY_SECONDS, 1L << Math.min(Math.max(0, failures - 1), 10)));
    }

    /** Returns when to call {@link #write} again for locked rows; empty if there are none. */
    Optional<Duration> lockedRetryDelay() {
        return locked.isEmpty()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, lockedRetryNanos - engine.time.nanos())));
    }
}
