// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parts of failed batches, which stay claimed, in the order in which they are sent. Not thread-safe. */
final class HeldParts {
    /**
     * A part of a batch that failed.
     *
     * @param named the results if Pinterest named each event as failed; otherwise empty
     * @param failedAsWhole whether exactly these events were one request that failed; false if it had others too
     * @param otherHalf the lease of the other half of a request, if that request failed for a bad event in it: if
     *     Pinterest takes the other half, the bad event is in this part. Otherwise null
     */
    record Part(
            Lease lease,
            List<Batch.Claimed> events,
            List<Outcome> named,
            Failure failure,
            boolean failedAsWhole,
            @Nullable Lease otherHalf) {
        /** Returns a request that failed. */
        static Part failed(Sending request, List<Outcome> named, Failure failure) {
            return new Part(request.lease(), request.events(), named, failure, true, null);
        }

        boolean failedAlone() {
            return failedAsWhole && events.size() == 1;
        }

        /** Returns the part without one event. The others were in a failed request with that event. */
        private Part without(int at) {
            return new Part(
                    lease,
                    HeldParts.without(events, at),
                    HeldParts.without(named, at),
                    failure,
                    failedAsWhole && !named.isEmpty(),
                    otherHalf);
        }
    }

    private final Deque<Part> parts = new ArrayDeque<>(1);

    boolean isEmpty() {
        return parts.isEmpty();
    }

    int events() {
        return parts.stream().mapToInt(part -> part.events.size()).sum();
    }

    long bytes() {
        return parts.stream()
                .flatMap(part -> part.events.stream())
                .mapToLong(claimed -> claimed.event().bytes())
                .sum();
    }

    /** Returns the first failure in which Pinterest did not name the events; empty if there is none. */
    Optional<Failure> trouble() {
        return parts.stream()
                .map(Part::failure)
                .filter(failure -> failure.kind() != Failure.Kind.NAMED)
                .findFirst();
    }

    void addFirst(Part part) {
        parts.addFirst(part);
    }

    void addLast(Part part) {
        parts.addLast(part);
    }

    /**
     * Adds both halves before the other parts, so that only a few leases are held for long.
     *
     * @param hasBadEvent whether a bad event among these is the likely cause, because they failed twice
     */
    void addHalves(Lease lease, List<Batch.Claimed> events, Failure failure, boolean hasBadEvent) {
        int middle = (events.size() + 1) / 2;
        Lease first = lease.ofPart();
        Lease otherHalf = hasBadEvent ? first : null;
        parts.addFirst(
                new Part(lease.ofPart(), events.subList(middle, events.size()), List.of(), failure, false, otherHalf));
        parts.addFirst(new Part(first, events.subList(0, middle), List.of(), failure, false, null));
    }

    /**
     * Bisects the part in which a bad event must be, after Pinterest took the other half: that part would fail as a
     * whole.
     *
     * @param taken the lease of the request that Pinterest took
     */
    void bisectOtherHalfOf(Lease taken) {
        for (Part part : List.copyOf(parts)) {
            if (part.otherHalf == taken && part.events.size() > 1) {
                parts.remove(part);
                addHalves(part.lease, part.events, part.failure, true);
            }
        }
    }

    Part removeFirst() {
        return parts.removeFirst();
    }

    /** Removes and returns all parts. */
    List<Part> removeAll() {
        List<Part> all = List.copyOf(parts);
        parts.clear();
        return all;
    }

    /**
     * Takes one event out of the largest part, because an event of that part is least likely to be the bad one. Returns
     * it as a control; empty if each event has failed alone.
     */
    Optional<Sending> removeControl() {
        Optional<Part> largest = parts.stream()
                .filter(part -> !part.failedAlone())
                .max(Comparator.comparingInt(part -> part.events.size()));
        if (largest.isEmpty()) {
            return Optional.empty();
        }
        Part part = largest.get();
        int at = part.events.size() / 2;
        parts.remove(part);
        if (part.events.size() > 1) {
            parts.addFirst(part.without(at));
        }
        return Optional.of(new Sending(Sending.Kind.CONTROL, part.lease.ofPart(), List.of(part.events.get(at))));
    }

    /** Drops events that were claimed again: their old lease has ended, by the store's clock. */
    void drop(List<Batch.Claimed> claimedAgain) {
        Set<StoredEvent.Key> keys = new HashSet<>();
        claimedAgain.forEach(claimed -> keys.add(claimed.event().key()));
        for (Part part : removeAll()) {
            Part left = part;
            for (int at = part.events.size() - 1; at >= 0; at--) {
                if (keys.contains(part.events.get(at).event().key())) {
                    left = left.without(at);
                }
            }
            if (!left.events.isEmpty()) {
                parts.addLast(left);
            }
        }
    }

    private static <T> List<T> without(List<T> list, int at) {
        if (list.isEmpty()) {
            return list;
        }
        List<T> others = new ArrayList<>(list);
        others.remove(at);
        return List.copyOf(others);
    }
}
