// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

import dev.epik.kafka.record.RecordFormat;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of a worker and their events, as the consumer thread fills them. {@link dev.epik.kafka.worker.Window}
 * is the other side of it. Thread-safe. It does no I/O, and only {@link #awaitQuiet} waits.
 */
public final class WindowInput {
    public final WindowRows rows;
    private final WindowRoom room;
    private final Map<TopicPartition, AssignedPartition> partitions = new HashMap<>();
    private long settledAtCommit;
    private long offlineAtCommit;

    /**
     * @param capacity how many events are held at most
     * @param maxPoll how many records are read at once
     */
    public WindowInput(int capacity, int maxPoll, Clock clock) {
        this(new WindowRoom(capacity, maxPoll, WindowRoom.MAX_BYTES), clock);
    }

    WindowInput(WindowRoom room, Clock clock) {
        this.room = room;
        this.rows = new WindowRows(clock);
    }

    /**
     * Offsets to commit.
     *
     * @param changes the state of each partition, for {@link #committed}
     */
    public record Commit(Map<TopicPartition, OffsetAndMetadata> offsets, Map<AssignedPartition, Long> changes) {
        public boolean isEmpty() {
            return offsets.isEmpty();
        }
    }

    // --- assignment

    /** Adds partitions, with what was committed for them; null if nothing was. */
    public synchronized void assign(
            Collection<TopicPartition> added, Map<TopicPartition, @Nullable OffsetAndMetadata> committed) {
        for (TopicPartition id : added) {
            drop(id);
            OffsetAndMetadata offset = committed.get(id);
            partitions.put(id, offset == null ? new AssignedPartition(id) : new AssignedPartition(id, offset));
        }
    }

    /** Stops sending events of partitions, except those that are being sent. */
    public synchronized void stop(Collection<TopicPartition> revoked) {
        for (AssignedPartition each : assigned(revoked)) {
            each.stop();
            rows.removeOf(each, false);
        }
    }

    /**
     * Waits until nothing of the partitions is being sent or written, at most this long; returns whether that is so.
     */
    public synchronized boolean awaitQuiet(Collection<TopicPartition> stopped, long millis)
            throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        while (assigned(stopped).stream().anyMatch(each -> each.unsettled() > 0)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** Drops partitions. What is being sent of them is not settled here. */
    public synchronized void drop(Collection<TopicPartition> ended) {
        ended.forEach(this::drop);
    }

    /** Drops all partitions, because their consumer has ended. */
    public synchronized void dropAll() {
        drop(List.copyOf(partitions.keySet()));
    }

    private void drop(TopicPartition id) {
        AssignedPartition old = partitions.remove(id);
        if (old != null) {
            rows.removeOf(old, true);
            old.drop();
        }
    }

    private List<AssignedPartition> assigned(Collection<TopicPartition> ids) {
        List<AssignedPartition> found = new ArrayList<>();
        for (TopicPartition id : ids) {
            AssignedPartition each = partitions.get(id);
            if (each != null) {
                found.add(each);
            }
        }
        return found;
    }

    // --- reading

    /** Takes a record. Returns whether an event waits that did not before. */
    public synchronized boolean read(
            ConsumerRecord<byte @Nullable [], byte @Nullable []> record, RecordFormat.Reading reading) {
        TopicPartition id = new TopicPartition(record.topic(), record.partition());
        AssignedPartition from = partitions.get(id);
        if (from == null) {
            return false;
        }
        return rows.read(from, record, reading);
    }

    /**
     * Begins a partition anew if the next record to read cannot be this one, because the broker has lost records and
     * their offsets are given anew. Nothing counts as settled any more from the first unsettled record on.
     *
     * @return the offset to read next; empty if the record can be read
     */
    public synchronized OptionalLong restart(TopicPartition id, long offset) {
        AssignedPartition from = partitions.get(id);
        if (from == null || from.canRead(offset)) {
            return OptionalLong.empty();
        }
        long start = Math.min(offset, from.lowestUnsettled());
        drop(id);
        partitions.put(id, new AssignedPartition(id, new OffsetAndMetadata(start)));
        return OptionalLong.of(start);
    }

    /** Returns how many offsets before this one were neither read nor settled by an earlier reader. */
    public synchronized long unreadBefore(TopicPartition id, long offset) {
        AssignedPartition from = partitions.get(id);
        return from == null ? 0 : from.unreadBefore(offset);
    }

    /** Notes that the log has no records before this offset that were not read. */
    public synchronized void skipTo(TopicPartition id, long offset) {
        AssignedPartition from = partitions.get(id);
        if (from != null) {
            from.skipTo(offset);
        }
    }

    /** Returns whether there is no room for what one more read may return. */
    public synchronized boolean isFull() {
        return room.isFull(rows.size(), rows.bytes());
    }

    /** Returns whether there is room for the next record of those that one read has returned. */
    public synchronized boolean takesNext() {
        return room.takes(rows.bytes());
    }

    /** Returns the partitions of which no more may be read until older records are settled. */
    public synchronized Set<TopicPartition> tooWide() {
        Set<TopicPartition> wide = new HashSet<>();
        partitions.forEach((id, each) -> {
            if (each.span() > maxSpan()) {
                wide.add(id);
            }
        });
        return wide;
    }

    private int maxSpan() {
        return PartitionProgress.MAX_SPAN - room.maxPoll();
    }

    /** Returns how many partitions are assigned. */
    public synchronized int partitions() {
        return partitions.size();
    }

    /** Returns the next offset to read of each partition that was read. */
    public synchronized Map<TopicPartition, Long> positions() {
        Map<TopicPartition, Long> positions = new HashMap<>();
        partitions.forEach((id, each) -> each.position().ifPresent(position -> positions.put(id, position)));
        return positions;
    }

    // --- outgoing records

    /** Makes events that wait for long outgoing. */
    public synchronized void move() {
        rows.move(isFull(), room.capacityOf(rows.size(), rows.bytes()), maxSpan());
    }

    /** Returns the records to write, as {@link WindowRows#takeOutgoing} does. */
    public synchronized List<Outgoing> takeOutgoing() {
        return rows.takeOutgoing();
    }

    /** Notes that a record is written, as {@link WindowRows#written} does. */
    public synchronized void written(Outgoing record) {
        rows.written(record);
        notifyAll();
    }

    /** Notes that a record is not written, as {@link WindowRows#notWritten} does. */
    public synchronized void notWritten(Outgoing record, boolean isTooLarge) {
        rows.notWritten(record, isTooLarge);
        notifyAll();
    }

    // --- committing

    /**
     * Returns whether a commit is due before its time: much was settled, or an offline event was, which would count
     * twice if it were sent again.
     */
    public synchronized boolean isCommitUrgent() {
        return rows.settledOffline() > offlineAtCommit
                || rows.settled() - settledAtCommit >= Math.max(1, room.capacity() / 2);
    }

    /** Returns what has changed since the last commit. */
    public synchronized Commit toCommit(boolean withMetadata) {
        return commitOf(partitions.values(), withMetadata);
    }

    /** Returns what has changed in these partitions since the last commit. */
    public synchronized Commit toCommit(Collection<TopicPartition> of, boolean withMetadata) {
        return commitOf(assigned(of), withMetadata);
    }

    private Commit commitOf(Collection<AssignedPartition> of, boolean withMetadata) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        Map<AssignedPartition, Long> changes = new HashMap<>();
        for (AssignedPartition each : of) {
            each.toCommit(withMetadata).ifPresent(offset -> {
                offsets.put(each.id, offset);
                changes.put(each, each.changes());
            });
        }
        settledAtCommit = rows.settled();
        offlineAtCommit = rows.settledOffline();
        return new Commit(offsets, changes);
    }

    /** Notes that the broker has stored a commit. */
    public synchronized void committed(Commit commit) {
        commit.changes().forEach(AssignedPartition::committed);
    }
}
