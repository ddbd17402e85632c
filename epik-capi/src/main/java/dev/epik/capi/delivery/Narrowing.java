// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.Settlement;
import dev.epik.capi.outbox.StoredEvent;
import dev.epik.capi.pinterest.Outcome;
import dev.epik.capi.pinterest.Reply;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds the event that spoils its batch, where Pinterest does not name it. The next batches are halved until it stands alone; alone,
 * it is rejected only where Pinterest has taken another event since it was first blamed, because else the fault may lie with us.
 * After that each rejection needs an acceptance of its own, so that an API which begins to blame everything costs at most one event.
 *
 * <p>Does no I/O; in the memory of one process, since a restart only begins the search anew.
 */
final class Narrowing {
    /** Claiming and postponing a thousand, again and again while Pinterest is away, would hold up who stores. */
    static final int PROBE = 50;

    private final int mostEvents;
    private final long mostBytes;

    /** What the next batch may have; below the most while a culprit is sought, and after trouble. */
    private int events;

    private long bytes;

    /** Events that were blamed, and how many had been accepted by then. */
    private final Map<StoredEvent.Key, Long> suspects = new HashMap<>();

    /** Lone events blamed in a row. */
    private int blamedAlone;

    /**
     * What follows from an answer that blames.
     *
     * @param pause nobody should send for a while
     * @param again on top of the pause
     */
    record Next(List<StoredEvent> events, Outcome outcome, Duration again, boolean behind, boolean pause) {
        List<Settlement> settlements(Duration pauseTime) {
            return events.stream()
                    .map(event -> new Settlement(event, outcome, again.plus(pauseTime), behind))
                    .toList();
        }
    }

    Narrowing(int mostEvents, long mostBytes) {
        this.mostEvents = mostEvents;
        this.mostBytes = mostBytes;
        this.events = mostEvents;
        this.bytes = mostBytes;
    }

    int events() {
        return events;
    }

    long bytes() {
        return bytes;
    }

    /** @param accepted events so far */
    Next blamed(List<StoredEvent> batch, Reply.Undecided reply, long accepted) {
        if (reply.tooLarge() && batch.size() > 1) {
            // no event's fault: fewer bytes will pass
            bytes = Math.max(1, batch.stream().mapToLong(StoredEvent::bytes).sum() / 2);
            return new Next(batch, new Outcome.Postponed(reply.reason()), Duration.ZERO, false, false);
        }
        batch.forEach(event -> suspects.putIfAbsent(event.key(), accepted));
        if (batch.size() > 1) {
            events = (batch.size() + 1) / 2;
            return new Next(batch, new Outcome.Postponed(reply.reason()), Duration.ZERO, false, false);
        }
        if (suspects.getOrDefault(batch.get(0).key(), Long.MAX_VALUE) < accepted) {
            events = mostEvents;
            suspects.replaceAll((event, before) -> accepted);
            return new Next(batch, new Outcome.Rejected(reply.reason()), Duration.ZERO, false, false);
        }
        // nothing else was taken yet: others go first; where they are blamed as well, all pause, and each time another
        // goes first
        events = 1;
        blamedAlone++;
        Duration behind = Backoff.wait(blamedAlone, Optional.empty(), ThreadLocalRandom.current());
        return new Next(batch, new Outcome.Postponed(reply.reason()), behind, true, blamedAlone > 1);
    }

    /** Nothing was answered for any: the next batch has to find out whether it goes again. */
    void failed() {
        events = Math.min(events, PROBE);
    }

    /** Pinterest answered for each event of a batch. */
    void taken() {
        blamedAlone = 0;
        events = Math.min(mostEvents, events * 2);
        bytes = Math.min(mostBytes, bytes * 2);
    }

    void settled(Settlement settlement) {
        if (!suspects.isEmpty() && !(settlement.outcome() instanceof Outcome.Postponed)) {
            suspects.remove(settlement.event().key());
        }
    }
}
