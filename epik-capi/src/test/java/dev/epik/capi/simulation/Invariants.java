// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.pinterest.Reply;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The invariants that hold at each step. Keeps the first violation. Not thread-safe. */
final class Invariants {
    /** A process that got an answer in this time has to use it: its own deadline is later. */
    private static final long IN_TIME = Duration.ofSeconds(20).toNanos();

    private static final long LEASE_LEFT = Duration.ofSeconds(30).toNanos();
    private static final int MAX_IN_FLIGHT = 64;
    private static final int MAX_MAYBE_COUNTED = 3;

    private final World world;
    private final Map<String, Long> acceptedAt = new HashMap<>();
    private final Set<String> released = new HashSet<>();
    private long repeats;
    private @Nullable String violation;

    Invariants(World world) {
        this.world = world;
    }

    /** Records a violation and stops the simulation. */
    void violated(String what) {
        if (violation == null) {
            violation = "at " + world.scheduler.now() / 1e9 + " s: " + what;
            world.trace.add("!", "VIOLATION", 0, 0, () -> what);
            world.scheduler.stop();
        }
    }

    Optional<String> violation() {
        return Optional.ofNullable(violation);
    }

    /** Checks that a pause of one process never shortens that of another. */
    void onPause(String adAccount, Optional<Peek.Pause> before, Optional<Peek.Pause> after) {
        Duration left = before.map(Peek.Pause::left).orElse(Duration.ZERO);
        if (after.map(Peek.Pause::left).orElse(Duration.ZERO).compareTo(left) < 0) {
            violated("a pause of " + adAccount + " was shortened");
        }
    }

    void onRelease(String adAccount) {
        released.add(adAccount);
    }

    // --- claiming

    void onClaim(SimulatedProcess process, ClaimKind kind, Batch batch, Duration lease) {
        long now = world.scheduler.now();
        for (Batch.Claimed claimed : batch.claimed()) {
            SimEvent event = world.ledger.ofJson(claimed.event().json());
            if (event.answered != process) {
                event.answered = null;
            }
            event.maybeCountedSinceClaim = 0;
            event.claimer = process;
            event.kind = kind;
            event.history = claimed.history();
            event.lease = batch.lease();
            event.leaseEnd = now + lease.toNanos();
            event.backwardJumpsAtClaim = process.clock.backwardJumps();
            if (kind != kindOf(claimed)) {
                violated(event + " was claimed as " + kind);
            }
            if (event.isCancelled()) {
                violated(event + " was claimed after it was cancelled");
            }
        }
    }

    private static ClaimKind kindOf(Batch.Claimed claimed) {
        if (claimed.history().isSuspect()) {
            return ClaimKind.SUSPECT;
        }
        return claimed.event().offline() ? ClaimKind.OFFLINE : ClaimKind.ONLINE;
    }

    void onExtend(Batch batch, Duration lease) {
        for (Batch.Claimed claimed : batch.claimed()) {
            SimEvent event = world.ledger.ofJson(claimed.event().json());
            event.leaseEnd = world.scheduler.now() + lease.toNanos();
        }
    }

    // --- sending

    /**
     * Checks what the engine decided, when it begins the call: the process may be stopped before the request leaves.
     */
    void beforeSend(SimRequest request) {
        SimulatedProcess process = request.process;
        if (request.events.isEmpty()) {
            violated(request + " is empty");
            return;
        }
        SimRequest before = process.open.put(request.adAccount, request);
        if (before != null && !before.answer.isDone() && request.sentAt - before.sentAt < IN_TIME) {
            violated(request + " while " + before + " is in flight");
        }
        if (inFlight(process, request.sentAt) > MAX_IN_FLIGHT) {
            violated(request + " is one of " + inFlight(process, request.sentAt) + " in flight");
        }
        SimEvent first = request.events.get(0);
        process.budget.sends(first.kind == ClaimKind.SUSPECT);
        for (SimEvent event : request.events) {
            check(request, event);
            event.maybeCounted++;
            if (event.kind != first.kind && hasClaim(process, event) && hasClaim(process, first)) {
                violated(request + " mixes " + first.kind + " and " + event.kind);
            }
        }
        boolean isClaimed = request.events.stream().allMatch(event -> hasClaim(process, event));
        if (isClaimed
                && first.kind == ClaimKind.SUSPECT
                && !request.isAlone()
                && !released.contains(request.adAccount)) {
            violated(request + " holds several suspects that were not released");
        }
    }

    /**
     * Returns whether what is known of the claim of an event is about this process. The processes of a
     * {@link GroupStore} may claim one event at the same time, and only the last claim is known.
     */
    private boolean hasClaim(SimulatedProcess process, SimEvent event) {
        return world.group == null || event.claimer == process;
    }

    /** Checks what leaves. */
    void onSend(SimRequest request) {
        world.trace.add(
                request.process.name,
                "SEND",
                request.number,
                request.events.size(),
                () -> request + ": " + request.events);
        for (SimEvent event : request.events) {
            event.sends++;
            if (event.isCancelled() && !world.storeClockWasSet() && !wasSetBack(request.process, event)) {
                violated(event + " is sent after it was cancelled");
            }
        }
    }

    private static boolean wasSetBack(SimulatedProcess process, SimEvent event) {
        return process.clock.backwardJumps() != event.backwardJumpsAtClaim;
    }

    private static long inFlight(SimulatedProcess process, long now) {
        return process.open.values().stream()
                .filter(request -> !request.answer.isDone() && now - request.sentAt < IN_TIME)
                .count();
    }

    private void check(SimRequest request, SimEvent event) {
        SimulatedProcess process = request.process;
        boolean setBack = wasSetBack(process, event);
        if (!event.stored.adAccount().equals(request.adAccount)) {
            violated(event + " is sent to " + request.adAccount);
        }
        if (!hasClaim(process, event) || event.claimer != process || event.lease.isEmpty()) {
            if (world.group == null && !world.storeClockWasSet() && !setBack) {
                violated(event + " is sent by a process that has no lease of it");
            }
            return;
        }
        long left = event.leaseEnd - request.sentAt;
        if (left < LEASE_LEFT && !setBack) {
            violated(event + " is sent " + left / 1_000_000 + " ms before its lease ends");
        }
        if (event.answered == process) {
            violated(event + " is sent again by the process that got its result");
        }
        if (event.stored.offline() && event.history.maybeCounted() > MAX_MAYBE_COUNTED) {
            violated(event + " is sent again after " + event.history.maybeCounted()
                    + " requests that may have counted it");
        }
    }

    // --- answers

    void onAnswer(SimRequest request, Reply reply) {
        long now = world.scheduler.now();
        boolean inTime = now - request.sentAt < IN_TIME;
        SimulatedProcess process = request.process;
        process.open.remove(request.adAccount, request);
        world.trace.add(process.name, "answer", request.number, inTime ? 1 : 0, () -> request + " <- " + reply);
        if (reply instanceof Reply.Settled settled) {
            onResults(request, settled.outcomes(), inTime);
        }
        boolean mayHaveCounted = reply instanceof Reply.Pause pause && pause.mayHaveCounted();
        for (SimEvent event : request.events) {
            if (inTime && mayHaveCounted) {
                event.maybeCountedSinceClaim++;
            } else if (inTime) {
                event.maybeCounted--; // an answer that comes later may be ignored
            }
            if (reply instanceof Reply.Undecided undecided && request.isAlone()) {
                event.failedAlone++;
                event.tooLargeAlone |= undecided.tooLarge();
            }
        }
    }

    private void onResults(SimRequest request, List<Outcome> outcomes, boolean inTime) {
        long now = world.scheduler.now();
        boolean anyAccepted = outcomes.stream().anyMatch(Outcome.Accepted.class::isInstance);
        if (anyAccepted) {
            acceptedAt.put(request.adAccount, now);
        }
        request.process.budget.worked(anyAccepted);
        for (int i = 0; i < outcomes.size(); i++) {
            SimEvent event = request.events.get(i);
            if (outcomes.get(i) instanceof Outcome.Accepted) {
                event.accepted = true;
                event.answered = inTime ? request.process : event.answered;
            } else {
                event.namedFailed++;
                event.firstNamedFailed = event.namedFailed == 1 ? now : event.firstNamedFailed;
                event.namedBesideOthers |= anyAccepted;
            }
        }
    }

    // --- settling

    void onSettle(SimulatedProcess process, Batch batch, List<Settlement> settlements, SettleResult result) {
        if (world.group != null && result.settled() == settlements.size()) {
            settlements.forEach(this::countRepeat);
        }
        int settled = 0;
        for (Settlement settlement : settlements) {
            SimEvent event = world.ledger.ofJson(settlement.event().json());
            if (!hasClaim(process, event)
                    || !event.lease.equals(batch.lease())
                    || result.locked().contains(settlement)) {
                continue;
            }
            settled++;
            event.lease = "";
            if (!(settlement.outcome() instanceof Outcome.Postponed)) {
                event.settledAt = world.storeClock.millis();
            }
            if (settlement.outcome() instanceof Outcome.Accepted) {
                onAccepted(event);
            } else if (settlement.outcome() instanceof Outcome.Rejected rejected) {
                onRejected(process, event, rejected.reason());
            } else {
                onPostponed(process, event, settlement);
            }
        }
        if (world.group == null && settled != result.settled()) {
            violated("the store settled " + result.settled() + " events, expected " + settled);
        }
        if (settled > 0) {
            process.budget.worked(false);
        }
    }

    private void countRepeat(Settlement settlement) {
        SimEvent event = world.ledger.ofJson(settlement.event().json());
        if (settlement.outcome() instanceof Outcome.Accepted) {
            repeats += event.wasSettledAsAccepted ? 1 : 0;
            event.wasSettledAsAccepted = true;
        }
    }

    /** Returns how often an event was settled as accepted that was settled as accepted before. */
    long repeats() {
        return repeats;
    }

    private void onAccepted(SimEvent event) {
        if (!event.accepted || event.counted == 0) {
            violated(event + " is settled as accepted, but Pinterest never accepted it");
        }
    }

    private void onRejected(SimulatedProcess process, SimEvent event, String reason) {
        event.dead |= world.group == null; // or when the dead letter is written
        world.coverage.count("dead letter of poison " + event.poison);
        long accepted = acceptedAt.getOrDefault(event.stored.adAccount(), SimEvent.NEVER);
        boolean decidedByAnotherClock = wasSetBack(process, event);
        if (!decidedByAnotherClock
                && !DeadLetterRule.allows(
                        event, world.optionsOf(process), process.clock.wall(), world.scheduler.now(), accepted)) {
            violated(event + " is a dead letter without its fault: " + reason);
        }
    }

    private void onPostponed(SimulatedProcess process, SimEvent event, Settlement settlement) {
        int atLeast = event.history.maybeCounted() + event.maybeCountedSinceClaim;
        if (event.answered == process
                && !process.isClosing()) { // an answer may come while it writes that there is none
            violated(event + " is postponed although its result came");
        }
        if (settlement.history().maybeCounted() < atLeast) {
            violated(event + " may have been counted after " + atLeast + " requests, and its history says "
                    + settlement.history().maybeCounted());
        }
        event.maybeCountedSinceClaim = 0;
        event.history = settlement.history();
    }

    // --- the shop

    void onListener(StoredEvent event) {
        if (world.ledger.ofKey(event.key()) == null) {
            violated("the listener hears of an unknown event " + event);
        }
    }

    void onCancel(SimEvent event, CancelResult answer) {
        event.cancelRequested |= answer == CancelResult.REQUESTED;
        if (answer == CancelResult.CANCELLED) {
            event.cancelledAt = world.scheduler.now();
            event.lease = "";
        }
    }
}
