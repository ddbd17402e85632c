// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A partition from its assignment to this worker until it is revoked or lost. Rows keep their assignment, so that an
 * answer which comes after the end of it changes nothing of a later one. {@link WindowRows} guards it. Not thread-safe.
 */
public final class AssignedPartition {
    private enum State {
        OPEN,
        /** Being revoked: what is in flight may be settled, nothing is begun. */
        STOPPING,
        DROPPED
    }

    final TopicPartition id;
    private State state = State.OPEN;

    /** Null until the first record, if nothing was ever committed. */
    private @Nullable PartitionProgress progress;

    /** The newest leader epoch of the records that were read, here or before the last commit; -1 if none is known. */
    private int epoch = -1;

    private int unsettled;
    private long changes;
    private long committedChanges;

    /** Begins without a committed offset. */
    AssignedPartition(TopicPartition id) {
        this.id = id;
    }

    /** Begins at a committed offset. */
    AssignedPartition(TopicPartition id, OffsetAndMetadata committed) {
        this.id = id;
        this.progress = new PartitionProgress(committed.offset(), CommitMetadata.read(committed.metadata()));
        this.epoch = committed.leaderEpoch().orElse(-1);
    }

    public TopicPartition id() {
        return id;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    boolean isDropped() {
        return state == State.DROPPED;
    }

    void stop() {
        if (state == State.OPEN) {
            state = State.STOPPING;
        }
    }

    void drop() {
        state = State.DROPPED;
        unsettled = 0;
    }

    /** Returns how many records of it are in the window, or are being written elsewhere. */
    int unsettled() {
        return unsettled;
    }

    /** Returns the next offset to read; empty before the first record, if nothing was ever committed. */
    OptionalLong position() {
        return progress == null ? OptionalLong.empty() : OptionalLong.of(progress.position());
    }

    /** Returns the offset of the first record that is not settled, or of the next one to read. */
    long lowestUnsettled() {
        return progress == null ? 0 : progress.lowestUnsettled();
    }

    int span() {
        return progress == null ? 0 : progress.span();
    }

    /** Returns whether an unsettled record of this offset soon keeps later ones from being read. */
    boolean isHeldUpBy(long offset) {
        int half = PartitionProgress.MAX_SPAN / 2;
        return span() > half && offset < lowestUnsettled() + half;
    }

    /** Returns whether a record of this offset can be read next; if not, the log is another one than before. */
    boolean canRead(long offset) {
        return progress == null || progress.canRead(offset);
    }

    /**
     * Notes that a record was read. Returns false if it is settled already.
     *
     * <p>If brokers have lost the end of the log, a new leader gives its offsets to other records. These have a newer
     * leader epoch than all that was read before. So from the first record of a newer epoch on, nothing counts as
     * settled by an earlier reader. If nothing was lost, that changes nothing.
     */
    boolean read(long offset, Optional<Integer> leaderEpoch) {
        if (progress == null) {
            progress = new PartitionProgress(offset, new BitSet());
        }
        int newEpoch = leaderEpoch.orElse(-1);
        if (newEpoch > epoch) {
            if (epoch >= 0) {
                progress.forgetUnread();
            }
            epoch = newEpoch;
        }
        if (progress.read(offset)) {
            unsettled++;
            return true;
        }
        changes++;
        return false;
    }

    /** Returns how many offsets before this one were neither read nor settled by an earlier reader. */
    long unreadBefore(long offset) {
        return progress == null ? 0 : progress.unreadBefore(offset);
    }

    /** Notes that the log has no records before this offset that were not read. */
    void skipTo(long offset) {
        if (progress == null) {
            progress = new PartitionProgress(offset, new BitSet());
            changes++;
        } else if (offset > progress.position() && progress.canRead(offset)) {
            progress.skipTo(offset);
            changes++;
        }
    }

    /** Notes that a record that was read is settled. After the end of the assignment it changes nothing. */
    void settle(long offset) {
        if (state != State.DROPPED && progress != null) {
            progress.settle(offset);
            unsettled--;
            changes++;
        }
    }

    /** Notes that a record that was read is no longer held, and stays unsettled: the next worker reads it again. */
    void leave() {
        if (state != State.DROPPED) {
            unsettled--;
        }
    }

    /** Returns what to commit; empty if nothing has changed since {@link #committed}. */
    Optional<OffsetAndMetadata> toCommit(boolean withMetadata) {
        return progress == null || state == State.DROPPED || changes == committedChanges
                ? Optional.empty()
                : Optional.of(new OffsetAndMetadata(
                        progress.lowestUnsettled(),
                        epoch < 0 ? Optional.empty() : Optional.of(epoch),
                        withMetadata ? CommitMetadata.of(progress.settledAfter()) : ""));
    }

    /** Returns the number of changes so far, for {@link #committed}. */
    long changes() {
        return changes;
    }

    void committed(long changesThen) {
        committedChanges = Math.max(committedChanges, changesThen);
    }
}
