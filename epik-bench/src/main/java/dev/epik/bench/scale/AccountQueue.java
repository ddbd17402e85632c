// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

import dev.epik.capi.delivery.DeliveryRules;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The records of one ad account in the window of one worker, and how its delivery stands. Not thread-safe. */
final class AccountQueue {
    /** As in {@code PoisonEventIsolator}. */
    enum Mode {
        NORMAL,
        /** A batch failed: the next request has one event. */
        CONTROL,
        /** The control failed too: each request has one event, after a pause. */
        OUTAGE
    }

    final int account;
    final DeliveryRules rules = new DeliveryRules();
    Mode mode = Mode.NORMAL;
    int failures;
    int pausedUntil;
    int scheduledAt = -1;
    boolean inFlight;
    int requestStarted;
    boolean slow;
    boolean waitsForSlot;

    /** When a record was last settled, or the first one came after there was none. */
    int lastProgress;

    private @Nullable Event first;
    private @Nullable Event last;
    private int size;

    AccountQueue(int account) {
        this.account = account;
    }

    /** Returns the number of records that wait; those in flight are not counted. */
    int size() {
        return size;
    }

    /** Returns when the first waiting record was read. */
    int firstRead() {
        return Objects.requireNonNull(first).read;
    }

    /** Returns the number of events of the next request. */
    int maxEvents() {
        return mode == Mode.NORMAL ? rules.maxEvents() : 1;
    }

    void add(Event event) {
        event.next = null;
        if (last == null) {
            first = event;
        } else {
            last.next = event;
        }
        last = event;
        size++;
    }

    Event remove() {
        Event event = Objects.requireNonNull(first);
        first = event.next;
        if (first == null) {
            last = null;
        }
        event.next = null;
        size--;
        return event;
    }

    /** Puts a record in front of the others. */
    void giveBack(Event event) {
        event.next = first;
        first = event;
        if (last == null) {
            last = event;
        }
        size++;
    }

    /** Removes the waiting records that match. Returns their number. */
    int removeIf(Predicate<Event> condition) {
        int before = size;
        for (int left = before; left > 0; left--) {
            Event event = remove();
            if (!condition.test(event)) {
                add(event);
            }
        }
        return before - size;
    }
}
