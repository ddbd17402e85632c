// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import org.jspecify.annotations.Nullable;

/** One event of a simulation, with the knowledge of all parts about it. Times are those of the {@link Scheduler}. */
final class SimEvent {
    static final long NEVER = -1;

    final int index;
    final StoredEvent stored;
    final Poison poison;
    final long submittedAt;

    /** The time from which Pinterest accepts a poison event. */
    final long curedAt;

    // --- known to the shop
    boolean acknowledged;
    long acknowledgedAt = NEVER;
    long cancelledAt = NEVER;
    boolean wasLocked;

    /** Whether the shop asked to cancel it, and the store promised nothing. */
    boolean cancelRequested;

    boolean wasSettledAsAccepted;

    boolean wasRedriven;

    // --- known to Pinterest
    int counted;
    long firstCountedAt = NEVER;
    int sends;

    // --- from the last claim and settle of the store
    @Nullable
    SimulatedProcess claimer;

    ClaimKind kind = ClaimKind.ONLINE;
    DeliveryHistory history = DeliveryHistory.NONE;
    String lease = "";
    long leaseEnd;
    long backwardJumpsAtClaim;
    boolean dead;

    /** The time of the store's clock, in milliseconds, at which the event was delivered or became a dead letter. */
    long settledAt = NEVER;

    // --- known to the processes

    /** The process that received a result of this event in time; null if there is none. */
    @Nullable
    SimulatedProcess answered;

    boolean accepted;
    int namedFailed;
    long firstNamedFailed = NEVER;
    boolean namedBesideOthers;
    int failedAlone;
    boolean tooLargeAlone;

    /** The requests after which Pinterest may have counted the event, as far as a process can know. */
    int maybeCounted;

    /** The answers since the last claim that arrived in time, name no result, and may have counted the event. */
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

    /** Forgets earlier answers, because an operator redrives the event. */
    void redriven() {
        wasRedriven = true;
        dead = false;
        settledAt = NEVER;
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
