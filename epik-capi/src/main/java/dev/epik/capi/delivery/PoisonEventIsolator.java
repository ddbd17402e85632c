// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.Outcome;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.pinterest.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides, for one ad account, which events the next request has, and what an answer means for them. Neither an outage
 * nor an event that Pinterest cannot process makes another event a dead letter. Does no I/O and reads no clock. Not
 * thread-safe.
 *
 * <p>After a batch fails, one control event is sent alone. If Pinterest takes it, the batch is bisected until the bad
 * event is alone; every second request is an ordinary batch. After the second failure, a half whose other half was
 * taken is bisected without being sent: it would fail too. If the control fails too, it is an outage: each probe sends
 * one event, each time another one, after growing pauses. {@link SuspectPolicy} decides about an event that failed
 * alone.
 */
final class PoisonEventIsolator {
    /** At most one of this many requests sends a suspect while other events are ready. */
    private static final int SUSPECT_SHARE = 20;

    /** Above this number of held events, batches are small. */
    private static final int MAX_HELD_EVENTS = 2000;

    /** The state of the ad account. */
    private enum Mode {
        NORMAL,
        /** A request failed: the next one is a control. */
        CONTROL,
        /** A control failed too: single events are sent as probes. */
        OUTAGE
    }

    private final BatchLimits limits;
    private final RequestLog log;
    private final OutageState outage = new OutageState();

    private Mode mode = Mode.NORMAL;
    private final HeldParts parts = new HeldParts();
    private boolean lastWasPart;
    private int failuresInRow;

    /** The requests since the last one that sent a suspect. */
    private int sinceSuspect;

    /** Whether suspects are sent in batches, because the failure that they met has ended. */
    private boolean suspectsTogether;

    /** @param since when this process began to watch the ad account */
    PoisonEventIsolator(int maxEvents, long maxBytes, Instant since) {
        this.limits = new BatchLimits(maxEvents, maxBytes);
        this.log = new RequestLog(since);
    }

    int maxEvents() {
        return mode == Mode.NORMAL ? limits.maxEvents() : 1;
    }

    long maxBytes() {
        return limits.maxBytes();
    }

    /** Returns whether it holds claimed events: then a request is due even if the outbox has no ready event. */
    boolean holdsEvents() {
        return !parts.isEmpty();
    }

    boolean isOutage() {
        return mode == Mode.OUTAGE;
    }

    /** Returns the bytes of the held events. */
    long heldBytes() {
        return parts.bytes();
    }

    /**
     * Decides on the next request.
     *
     * @param peek the state of the outbox, without a pause
     */
    NextRequest next(Peek peek) {
        if (mode == Mode.CONTROL && parts.isEmpty()) {
            mode = Mode.NORMAL;
        }
        boolean suspectDue = peek.nextSuspectIn().filter(Duration::isZero).isPresent();
        return switch (mode) {
            case OUTAGE ->
                peek.ready() > 0
                        ? new NextRequest.Claim(Sending.Kind.PROBE, 1)
                        : suspectDue ? new NextRequest.Claim(Sending.Kind.SUSPECT, 1) : new NextRequest.Wait();
            case CONTROL -> peek.ready() > 0 ? new NextRequest.Claim(Sending.Kind.CONTROL, 1) : controlFromParts();
            case NORMAL -> normal(peek.ready() > 0, suspectDue);
        };
    }

    private NextRequest normal(boolean ready, boolean suspectDue) {
        suspectsTogether &= suspectDue;
        if (!parts.isEmpty() && (!ready || !lastWasPart)) {
            HeldParts.Part part = parts.removeFirst();
            return new NextRequest.Send(new Sending(Sending.Kind.PART, part.lease(), part.events()));
        }
        int others = suspectsTogether ? 1 : SUSPECT_SHARE - 1;
        if (suspectDue && (!ready || sinceSuspect >= others)) {
            return suspectsTogether
                    ? new NextRequest.Claim(Sending.Kind.RELEASED_SUSPECTS, limits.maxEvents())
                    : new NextRequest.Claim(Sending.Kind.SUSPECT, 1);
        }
        if (!ready) {
            return new NextRequest.Wait();
        }
        boolean holdsMany = parts.events() > MAX_HELD_EVENTS;
        int max = holdsMany ? Math.min(limits.maxEvents(), BatchLimits.MIN_EVENTS) : limits.maxEvents();
        return new NextRequest.Claim(Sending.Kind.BATCH, max);
    }

    /** Drops held events that were claimed again: their old lease has ended. */
    void onClaimed(Batch batch) {
        if (!parts.isEmpty()) {
            parts.drop(batch.claimed());
        }
    }

    /** Allows a part as the next request, because the ready events could not be claimed. */
    void onNothingClaimed() {
        lastWasPart = false;
    }

    /** Takes a control out of a failed batch, if no other event waits. */
    NextRequest controlFromParts() {
        return parts.removeControl().<NextRequest>map(NextRequest.Send::new).orElseGet(NextRequest.NoControl::new);
    }

    /** Decides if every waiting event has failed alone: this is an outage, unless Pinterest named each of them. */
    Decision onNoControl(Instant now) {
        Optional<Failure> trouble = parts.trouble();
        List<Decision.Write> writes = giveAllBack(now);
        return trouble.isPresent() ? outage(writes, trouble.get()) : Decision.goOn(writes);
    }

    /**
     * Decides what follows from an answer.
     *
     * @param mayHold whether there is memory to hold the events while a control is sent
     */
    Decision onReply(Sending sending, Reply reply, boolean mayHold, Instant now) {
        sinceSuspect = sending.kind() == Sending.Kind.SUSPECT || sending.kind() == Sending.Kind.RELEASED_SUSPECTS
                ? 0
                : sinceSuspect + 1;
        lastWasPart = sending.kind() == Sending.Kind.PART;
        if (reply instanceof Reply.Settled settled) {
            Optional<Failure> failure = Failure.of(settled.outcomes());
            return failure.isPresent()
                    ? onFailure(sending, failure.get(), settled.outcomes(), mayHold, now)
                    : onTaken(sending, settled.outcomes(), now);
        }
        if (reply instanceof Reply.Undecided blame) {
            return blame.tooLarge() && sending.events().size() > 1
                    ? onTooLarge(sending, Failure.of(blame), now)
                    : onFailure(sending, Failure.of(blame), List.of(), mayHold, now);
        }
        return onFailure(sending, Failure.of((Reply.Pause) reply), List.of(), mayHold, now);
    }

    private Decision onTaken(Sending sending, List<Outcome> outcomes, Instant now) {
        log.taken(now);
        failuresInRow = 0;
        limits.onTaken();
        List<Decision.Write> writes = new ArrayList<>();
        writes.add(Decision.Write.of(sending, outcomes));
        Set<String> release = new LinkedHashSet<>();
        if (mode == Mode.OUTAGE) {
            release.addAll(outage.end());
            mode = Mode.NORMAL;
        }
        if (sending.kind() == Sending.Kind.SUSPECT) {
            release.add(sending.events().get(0).history().suspectReason());
        }
        suspectsTogether |= !release.isEmpty(); // until none is due
        if (sending.kind() == Sending.Kind.PART) {
            parts.bisectOtherHalfOf(sending.lease());
        }
        if (mode == Mode.CONTROL) {
            mode = Mode.NORMAL;
            writes.addAll(afterControl(now));
        }
        return Decision.taken(writes, release);
    }

    /**
     * Handles the held parts after Pinterest took a control: named events are rejected, events that failed alone become
     * suspects, the other parts are bisected.
     */
    private List<Decision.Write> afterControl(Instant now) {
        List<Decision.Write> writes = new ArrayList<>();
        for (HeldParts.Part part : parts.removeAll()) {
            if (!part.failedAsWhole()) {
                parts.addLast(part);
            } else if (part.failure().kind() == Failure.Kind.NAMED) {
                writes.add(
                        Decision.Write.of(new Sending(Sending.Kind.PART, part.lease(), part.events()), part.named()));
            } else if (part.events().size() == 1) {
                writes.add(alone(part.lease(), part.events().get(0), part.failure(), now));
            } else {
                parts.addHalves(part.lease(), part.events(), part.failure(), false);
            }
        }
        return writes;
    }

    private Decision onTooLarge(Sending sending, Failure failure, Instant now) {
        long bytes = sending.events().stream()
                .mapToLong(claimed -> claimed.event().bytes())
                .sum();
        limits.halveBytes(bytes);
        if (sending.kind() == Sending.Kind.PART) {
            parts.addHalves(sending.lease(), sending.events(), failure, false);
            return Decision.goOn(List.of());
        }
        return Decision.goOn(List.of(giveBack(sending.lease(), sending.events(), failure, now)));
    }

    private Decision onFailure(Sending request, Failure failure, List<Outcome> outcomes, boolean mayHold, Instant now) {
        List<Batch.Claimed> left = new ArrayList<>(request.events().size());
        List<Settlement> deadLetters = SuspectPolicy.countAttempt(request.events(), failure, left);
        Sending sending = new Sending(request.kind(), request.lease(), List.copyOf(left));
        Decision decision = left.isEmpty()
                ? onNoEventLeft(sending, failure, now)
                : onCountedFailure(sending, failure, outcomes, mayHold, now);
        if (!deadLetters.isEmpty()) {
            decision.writes().add(0, new Decision.Write(request.root(), deadLetters));
        }
        return decision;
    }

    /** Decides if every event of the request became a dead letter. The failure may still be the start of an outage. */
    private Decision onNoEventLeft(Sending sending, Failure failure, Instant now) {
        log.failed(now, sending.root());
        return mode == Mode.NORMAL ? Decision.goOn(List.of()) : outage(giveAllBack(now), failure);
    }

    private Decision onCountedFailure(
            Sending sending, Failure failure, List<Outcome> outcomes, boolean mayHold, Instant now) {
        if (failure.kind() == Failure.Kind.NO_TOKEN) {
            List<Decision.Write> writes = giveAllBack(now);
            writes.add(giveBack(sending.lease(), sending.events(), failure, now));
            return outage(writes, failure);
        }
        if (failure.kind() == Failure.Kind.THROTTLED) {
            limits.halveEvents(sending.events().size());
        }
        return switch (sending.kind()) {
            case BATCH, RELEASED_SUSPECTS -> batchFailed(sending, failure, outcomes, mayHold, now);
            case PART -> partFailed(sending, failure, outcomes, now);
            case CONTROL -> outageBegan(sending, failure, now);
            case PROBE -> probeFailed(sending, failure, now);
            case SUSPECT -> suspectFailed(sending, failure, now);
        };
    }

    private Decision batchFailed(
            Sending sending, Failure failure, List<Outcome> outcomes, boolean mayHold, Instant now) {
        if (sending.kind() == Sending.Kind.RELEASED_SUSPECTS) {
            suspectsTogether = false;
        }
        if (failure.kind() == Failure.Kind.THROTTLED) {
            return outageBegan(sending, failure, now);
        }
        log.failed(now, sending.root());
        if (!mayHold && sending.events().size() > 1) {
            limits.halveEvents(sending.events().size());
            return Decision.goOn(List.of(giveBack(sending.lease(), sending.events(), failure, now)));
        }
        if (parts.events() >= limits.mostEvents()) {
            limits.onManyBadEvents();
        }
        parts.addFirst(HeldParts.Part.failed(sending, outcomes, failure));
        failuresInRow++;
        mode = Mode.CONTROL;
        return Decision.goOn(List.of());
    }

    private Decision partFailed(Sending sending, Failure failure, List<Outcome> outcomes, Instant now) {
        if (failure.kind() == Failure.Kind.THROTTLED) {
            return outageBegan(sending, failure, now);
        }
        log.failed(now, sending.root());
        failuresInRow++;
        if (failure.kind() == Failure.Kind.NAMED) {
            // The control was taken before Pinterest named them: an outage may have begun since.
            parts.addFirst(HeldParts.Part.failed(sending, outcomes, failure));
            mode = Mode.CONTROL;
            return Decision.goOn(List.of());
        }
        List<Decision.Write> writes = new ArrayList<>();
        if (sending.events().size() == 1) {
            writes.add(alone(sending.lease(), sending.events().get(0), failure, now));
        } else {
            parts.addHalves(sending.lease(), sending.events(), failure, true);
        }
        if (failuresInRow > 1 && !parts.isEmpty()) {
            mode = Mode.CONTROL;
        }
        return Decision.goOn(writes);
    }

    /**
     * Begins an outage, after the control failed too or Pinterest asked for a pause. All held events are given back,
     * and probes find out when the outage ends.
     */
    private Decision outageBegan(Sending sending, Failure failure, Instant now) {
        log.failed(now, sending.root());
        List<Decision.Write> writes = giveAllBack(now);
        writes.add(
                sending.events().size() == 1
                        ? alone(sending.lease(), sending.events().get(0), failure, now)
                        : giveBack(sending.lease(), sending.events(), failure, now));
        return outage(writes, failure);
    }

    private Decision probeFailed(Sending sending, Failure failure, Instant now) {
        log.failed(now, sending.root());
        return outage(
                new ArrayList<>(List.of(alone(sending.lease(), sending.events().get(0), failure, now))), failure);
    }

    /** Decides about a suspect that failed again: this is expected, so it does not make the next pause longer. */
    private Decision suspectFailed(Sending sending, Failure failure, Instant now) {
        List<Decision.Write> writes =
                new ArrayList<>(List.of(alone(sending.lease(), sending.events().get(0), failure, now)));
        if (mode != Mode.OUTAGE && failure.kind() != Failure.Kind.THROTTLED) {
            return Decision.goOn(writes);
        }
        beginOutage();
        return outage.suspectFailedAgain(writes, failure);
    }

    private Decision outage(List<Decision.Write> writes, Failure failure) {
        beginOutage();
        return outage.failed(writes, failure);
    }

    private void beginOutage() {
        mode = Mode.OUTAGE;
        failuresInRow = 0;
    }

    /** Decides if there is no token: nothing can be sent, and no event is the cause. */
    Decision onNoToken(Failure failure, Instant now) {
        return outage(giveAllBack(now), failure);
    }

    /** Gives back the held events, because another node paused the ad account. A probe is sent after the pause. */
    List<Decision.Write> onPauseOfAnotherNode(Instant now) {
        List<Decision.Write> writes = giveAllBack(now);
        mode = Mode.OUTAGE;
        return writes;
    }

    /** Makes the next pause as short as the first one: an operator reports that the failure is resolved. */
    void onResume() {
        outage.restartPauses();
    }

    /** Forgets earlier requests, because the wall clock was set: their times cannot be compared with later ones. */
    void onClockSet(Instant now) {
        log.clear(now);
    }

    /** Gives back all held events. No attempt is counted for events that were not in the last request. */
    List<Decision.Write> giveAllBack(Instant now) {
        List<Decision.Write> writes = new ArrayList<>();
        for (HeldParts.Part part : parts.removeAll()) {
            writes.add(
                    part.failedAlone()
                            ? alone(part.lease(), part.events().get(0), part.failure(), now)
                            : giveBack(part.lease(), part.events(), part.failure(), now));
        }
        if (mode == Mode.CONTROL) {
            mode = Mode.NORMAL;
        }
        return writes;
    }

    private static Decision.Write giveBack(Lease lease, List<Batch.Claimed> events, Failure failure, Instant now) {
        return new Decision.Write(
                lease.batch(),
                events.stream()
                        .map(claimed -> SuspectPolicy.failedWithOthers(claimed, failure, now))
                        .toList());
    }

    private Decision.Write alone(Lease lease, Batch.Claimed claimed, Failure failure, Instant now) {
        return new Decision.Write(
                lease.batch(), List.of(SuspectPolicy.failedAlone(claimed, failure, lease.batch(), log, now)));
    }
}
