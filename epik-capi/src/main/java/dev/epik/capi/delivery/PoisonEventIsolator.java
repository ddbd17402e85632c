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
 * Decides, for one ad account, what the next request carries and what an answer means for the events, so that neither
 * an outage nor an event that Pinterest cannot digest costs another event. Does no I/O and reads no clock. Not
 * thread-safe.
 *
 * <p>The rule: after a batch fails, one control event goes alone. If it is taken, the batch is bisected until the bad
 * event is alone, every second request being an ordinary batch. If the control fails too, it is an outage: one event
 * per probe, another one each time, with growing pauses. What an event that failed alone may expect is decided in
 * {@link SuspectPolicy}.
 */
final class PoisonEventIsolator {
    private static final int SUSPECT_SHARE = 20;
    private static final int MIN_EVENTS = 50;
    private static final int MAX_HELD_EVENTS = 2000;

    /** What the ad account is doing. */
    private enum Mode {
        NORMAL,
        /** A request failed: the next one is a control. */
        CONTROL,
        OUTAGE
    }

    private final int mostEvents;
    private final long mostBytes;
    private final RequestLog log;
    private final OutageState outage = new OutageState();

    private Mode mode = Mode.NORMAL;
    private final HeldParts parts = new HeldParts();
    private int maxEvents;
    private long maxBytes;
    private boolean lastWasPart;
    private int failuresInRow;
    private int sinceSuspect;
    private boolean suspectsTogether;

    /** @param since when this process began to watch the ad account */
    PoisonEventIsolator(int mostEvents, long mostBytes, Instant since) {
        this.mostEvents = mostEvents;
        this.mostBytes = mostBytes;
        this.maxEvents = mostEvents;
        this.maxBytes = mostBytes;
        this.log = new RequestLog(since);
    }

    int maxEvents() {
        return mode == Mode.NORMAL ? maxEvents : 1;
    }

    long maxBytes() {
        return maxBytes;
    }

    /** Returns whether it holds claimed events, so that something is due whatever the outbox has ready. */
    boolean holdsEvents() {
        return !parts.isEmpty();
    }

    boolean isOutage() {
        return mode == Mode.OUTAGE;
    }

    /** Returns how many bytes of events it holds. */
    long heldBytes() {
        return parts.bytes();
    }

    /** @param peek what the outbox has; no pause is in it */
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
                    ? new NextRequest.Claim(Sending.Kind.RELEASED_SUSPECTS, maxEvents)
                    : new NextRequest.Claim(Sending.Kind.SUSPECT, 1);
        }
        if (!ready) {
            return new NextRequest.Wait();
        }
        boolean holdsMany = parts.events() > MAX_HELD_EVENTS;
        return new NextRequest.Claim(Sending.Kind.BATCH, holdsMany ? Math.min(maxEvents, MIN_EVENTS) : maxEvents);
    }

    /** Events were claimed; some of them may be held under a lease that has ended. */
    void onClaimed(Batch batch) {
        if (!parts.isEmpty()) {
            parts.drop(batch.claimed());
        }
    }

    /** The events that were ready could not be claimed: the next request may be a part. */
    void onNothingClaimed() {
        lastWasPart = false;
    }

    /** Takes the control out of a failed batch, if nothing else waits. */
    NextRequest controlFromParts() {
        return parts.removeControl().<NextRequest>map(NextRequest.Send::new).orElseGet(NextRequest.NoControl::new);
    }

    /** Decides if each event that waits has failed alone: that may be an outage, unless Pinterest named them. */
    Decision onNoControl(Instant now) {
        Optional<Failure> trouble = parts.trouble();
        List<Decision.Write> writes = giveAllBack(now);
        return trouble.isPresent() ? outage(writes, trouble.get(), true) : Decision.goOn(writes);
    }

    /**
     * Decides what an answer means.
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
        maxEvents = Math.min(mostEvents, maxEvents * 2);
        maxBytes = Math.min(mostBytes, maxBytes * 2);
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
        if (mode == Mode.CONTROL) {
            mode = Mode.NORMAL;
            writes.addAll(afterControl(now));
        }
        return new Decision(writes, Optional.empty(), 0, Duration.ZERO, release, true);
    }

    /**
     * A control was taken: named failures are believed, events that failed alone are suspects, the other parts are
     * bisected.
     */
    private List<Decision.Write> afterControl(Instant now) {
        List<Decision.Write> writes = new ArrayList<>();
        for (HeldParts.Part part : parts.removeAll()) {
            if (!part.tried()) {
                parts.addLast(part);
            } else if (part.failure().kind() == Failure.Kind.NAMED) {
                writes.add(
                        Decision.Write.of(new Sending(Sending.Kind.PART, part.lease(), part.events()), part.named()));
            } else if (part.events().size() == 1) {
                writes.add(alone(part.lease(), part.events().get(0), part.failure(), now));
            } else {
                parts.addHalves(part.lease(), part.events(), part.failure());
            }
        }
        return writes;
    }

    private Decision onTooLarge(Sending sending, Failure failure, Instant now) {
        long bytes = sending.events().stream()
                .mapToLong(claimed -> claimed.event().bytes())
                .sum();
        maxBytes = Math.max(1, bytes / 2);
        if (sending.kind() == Sending.Kind.PART) {
            parts.addHalves(sending.lease(), sending.events(), failure);
            return Decision.goOn(List.of());
        }
        return Decision.goOn(List.of(giveBack(sending.lease(), sending.events(), failure, now)));
    }

    private Decision onFailure(Sending request, Failure failure, List<Outcome> outcomes, boolean mayHold, Instant now) {
        List<Batch.Claimed> left = new ArrayList<>(request.events().size());
        List<Settlement> forPeople = SuspectPolicy.countAttempt(request.events(), failure, left);
        Sending sending = new Sending(request.kind(), request.lease(), List.copyOf(left));
        Decision decision = left.isEmpty()
                ? allForPeople(sending, failure, now)
                : onCountedFailure(sending, failure, outcomes, mayHold, now);
        if (!forPeople.isEmpty()) {
            decision.writes().add(0, new Decision.Write(request.root(), forPeople));
        }
        return decision;
    }

    /**
     * None of the request's events is left to be sent again; the failure may be the beginning of an outage all the
     * same.
     */
    private Decision allForPeople(Sending sending, Failure failure, Instant now) {
        log.failed(now, sending.root());
        return mode == Mode.NORMAL ? Decision.goOn(List.of()) : outage(giveAllBack(now), failure, true);
    }

    private Decision onCountedFailure(
            Sending sending, Failure failure, List<Outcome> outcomes, boolean mayHold, Instant now) {
        if (failure.kind() == Failure.Kind.NO_TOKEN) {
            List<Decision.Write> writes = giveAllBack(now);
            writes.add(giveBack(sending.lease(), sending.events(), failure, now));
            return outage(writes, failure, true);
        }
        if (failure.kind() == Failure.Kind.THROTTLED && sending.events().size() > 1) {
            maxEvents = sending.events().size() / 2;
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
            maxEvents = sending.events().size() / 2;
            return Decision.goOn(List.of(giveBack(sending.lease(), sending.events(), failure, now)));
        }
        if (parts.events() >= mostEvents) {
            maxEvents = Math.max(MIN_EVENTS, maxEvents / 2); // bad events are many
        }
        parts.addFirst(new HeldParts.Part(sending.lease(), sending.events(), outcomes, failure, true));
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
            parts.addFirst(new HeldParts.Part(sending.lease(), sending.events(), outcomes, failure, true));
            mode = Mode.CONTROL;
            return Decision.goOn(List.of());
        }
        List<Decision.Write> writes = new ArrayList<>();
        if (sending.events().size() == 1) {
            writes.add(alone(sending.lease(), sending.events().get(0), failure, now));
        } else {
            parts.addHalves(sending.lease(), sending.events(), failure);
        }
        if (failuresInRow > 1 && !parts.isEmpty()) {
            mode = Mode.CONTROL;
        }
        return Decision.goOn(writes);
    }

    /**
     * The control failed too, or Pinterest asked for a pause: everything is given back, and single events find out when
     * it is over.
     */
    private Decision outageBegan(Sending sending, Failure failure, Instant now) {
        log.failed(now, sending.root());
        List<Decision.Write> writes = giveAllBack(now);
        writes.add(
                sending.events().size() == 1
                        ? alone(sending.lease(), sending.events().get(0), failure, now)
                        : giveBack(sending.lease(), sending.events(), failure, now));
        return outage(writes, failure, true);
    }

    private Decision probeFailed(Sending sending, Failure failure, Instant now) {
        log.failed(now, sending.root());
        return outage(
                new ArrayList<>(List.of(alone(sending.lease(), sending.events().get(0), failure, now))), failure, true);
    }

    /** A suspect that fails again says nothing new: it makes no pause longer. */
    private Decision suspectFailed(Sending sending, Failure failure, Instant now) {
        List<Decision.Write> writes =
                new ArrayList<>(List.of(alone(sending.lease(), sending.events().get(0), failure, now)));
        return mode == Mode.OUTAGE || failure.kind() == Failure.Kind.THROTTLED
                ? outage(writes, failure, false)
                : Decision.goOn(writes);
    }

    private Decision outage(List<Decision.Write> writes, Failure failure, boolean another) {
        mode = Mode.OUTAGE;
        failuresInRow = 0;
        return outage.failed(writes, failure, another);
    }

    /** There is no token: nothing can be sent, and no event is the cause. */
    Decision onNoToken(Failure failure, Instant now) {
        return outage(giveAllBack(now), failure, true);
    }

    /**
     * Another node paused the ad account: what is held is given back, and a single event goes first when the pause is
     * over.
     */
    List<Decision.Write> onPauseOfAnotherNode(Instant now) {
        List<Decision.Write> writes = giveAllBack(now);
        mode = Mode.OUTAGE;
        return writes;
    }

    /** A person says that the trouble is over: the pauses begin anew. */
    void onTryNow() {
        outage.restartPauses();
    }

    /** The wall clock was set: no request that was made before can be compared with one after. */
    void onClockSet(Instant now) {
        log.clear(now);
    }

    /**
     * Gives back everything that is held. Events that were not in the request that failed just now get no further
     * attempt counted.
     */
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
