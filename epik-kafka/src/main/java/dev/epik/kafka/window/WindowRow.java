// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.memory.AccountQueue;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.kafka.record.RecordFormat;
import java.time.Duration;

/** An event in the window, and the record that it was read from. */
public final class WindowRow extends AccountQueue.Row implements MoveRule.Waiting {
    final AssignedPartition from;
    final long offset;

    /** The time of the event's first record. A request to cancel is for what was written before it. */
    public final long writtenAt;

    /** How often the event was moved to a retry topic. */
    public final int rounds;

    private final long readAt;

    /** Whether a retry topic has refused it as too large. */
    boolean isTooLarge;

    /**
     * @param place the record
     * @param wait how the event waits
     * @param now the time of reading
     */
    WindowRow(StoredEvent event, long arrival, Place place, Wait wait, long now) {
        super(event, arrival, wait.storedAt, wait.isRedriven, wait.readyAt, wait.history);
        this.from = place.from;
        this.offset = place.offset;
        this.writtenAt = place.writtenAt;
        this.rounds = wait.rounds;
        this.readAt = now;
    }

    /** The place of a record, and the time of the event's first record. */
    record Place(AssignedPartition from, long offset, long writtenAt) {
        /**
         * Returns the place of a record of this time. One in a retry topic has the time when its event was stored
         * first.
         */
        static Place of(AssignedPartition from, long offset, long time, RecordFormat.Event read) {
            long first =
                    read.retry().map(retry -> retry.storedAt().toEpochMilli()).orElse(time);
            return new Place(from, offset, first);
        }
    }

    /**
     * The state of an event that was read.
     *
     * @param readyAt when it may be sent
     */
    record Wait(long storedAt, long readyAt, int rounds, boolean isRedriven, DeliveryHistory history) {
        /** No event waits longer for another try. A later time was written by a worker whose clock was wrong. */
        private static final long MAX_DELAY = Duration.ofDays(1).toMillis();

        /** Returns the state that a record has. An event that was never moved can be sent at once. */
        static Wait of(RecordFormat.Event read, Place place, long now) {
            if (read.retry().isEmpty()) {
                return new Wait(Math.min(place.writtenAt, now), now, 0, read.redriven(), DeliveryHistory.NONE);
            }
            RecordFormat.Retry retry = read.retry().get();
            return new Wait(
                    Math.min(retry.storedAt().toEpochMilli(), now),
                    Math.min(Math.max(retry.due().toEpochMilli(), now), now + MAX_DELAY),
                    retry.round(),
                    read.redriven(),
                    retry.history());
        }
    }

    @Override
    public long readyAt() {
        return readyAt;
    }

    @Override
    public long readAt() {
        return readAt;
    }

    @Override
    public boolean isSuspect() {
        return history().isSuspect();
    }

    @Override
    public boolean isObstacle() {
        return from.isHeldUpBy(offset);
    }

    @Override
    public int span() {
        return from.span();
    }

    /** Notes that the record is settled. */
    void settle() {
        from.settle(offset);
    }
}
