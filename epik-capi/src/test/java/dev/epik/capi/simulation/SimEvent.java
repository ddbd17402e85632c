// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import org.jspecify.annotations.Nullable;

/** One event of a simulation, and what is known about it from all sides. Times are those of the {@link Scheduler}. */
final class SimEvent {
    static final long NEVER = -1;

    final int index;
    final StoredEvent stored;
    final Poison poison;
    final long submittedAt;

    /** When Pinterest takes a poison event after all. */
    final long curedAt;

    // --- what the shop knows
    boolean acknowledged;
    long acknowledgedAt = NEVER;
    long cancelledAt = NEVER;
    boolean wasLocked;
    boolean wasRedriven;

    // --- what Pinterest knows
    int counted;
    long firstCountedAt = NEVER;
    int sends;

    // --- what the store's last claim and settle say
    @Nullable
    SimulatedProcess claimer;

    ClaimKind kind = ClaimKind.ONLINE;
    DeliveryHistory history = DeliveryHistory.NONE;
    String lease = "";
    long leaseEnd;
    long backwardJumpsAtClaim;
    boolean dead;

    // --- what the processes were told

    /** Got a result of this event, in time. */
    @Nullable
    SimulatedProcess answered;

    boolean accepted;
    int namedFailed;
    long firstNamedFailed = NEVER;
    boolean namedBesideOthers;
    int failedAlone;
    boolean tooLargeAlone;

    /** Requests after which Pinterest may have counted the event, as far as any process can know. */
    int maybeCounted;

    /** Answers since the last claim that came in time, may have counted the event, and name no result. */
    int maybeCountedSinceClaim;

    SimEvent(int index, StoredEvent stored, Poison poison, long curedAt, long now) {
        this.index = index;
        this.stored = stored;
        this.poison = poison;
        this.curedAt = curedAt;
        this.submittedAt = now;
    }

    boolean isPoison(long now) {
        return poison != Poison.NONE && now < curedAt;
    }

    boolean isCancelled() {
        return cancelledAt != NEVER;
    }

    /** A person asked for the event to be sent again: what was answered before has no meaning any more. */
    void redriven() {
        wasRedriven = true;
        dead = false;
        answered = null;
        accepted = false;
        namedFailed = 0;
        namedBesideOthers = false;
        failedAlone = 0;
        maybeCounted = 0;
        tooLargeAlone = false;
        maybeCountedSinceClaim = 0;
    }

    @Override
    public String toString() {
        return "e" + index + (poison == Poison.NONE ? "" : "/" + poison) + (stored.offline() ? "/offline" : "");
    }
}
