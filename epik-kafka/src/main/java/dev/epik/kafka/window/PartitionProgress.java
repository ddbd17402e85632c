// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

import java.util.BitSet;

/**
 * Which records of one partition are read, and which of them are settled. Records are settled in any order, but Kafka
 * stores one offset: the lowest unsettled one is committed, and {@link CommitMetadata} names what is settled after it.
 * Does no I/O. Not thread-safe.
 */
final class PartitionProgress {
    /** The limit of records between the lowest unsettled one and the next one to read. */
    static final int MAX_SPAN = 20_000;

    /** A longer gap between two offsets is not kept as bits. */
    private static final int MAX_DISTANCE = 10_000_000;

    /** The limit of bits before the lowest unsettled record; then they are dropped. */
    private static final int MAX_OLD_BITS = 8_192;

    /** The offset of the first bit. */
    private long base;

    /** The index of the lowest unsettled offset. */
    private int first;

    private BitSet settled;
    private long position;

    /**
     * Begins at a committed offset.
     *
     * @param settledAfter what is settled already; bit 0 is the committed offset
     */
    PartitionProgress(long committed, BitSet settledAfter) {
        this.base = committed;
        this.position = committed;
        this.settled = (BitSet) settledAfter.clone();
        advance();
    }

    /** Returns the next offset to read. */
    long position() {
        return position;
    }

    /**
     * Returns the offset to commit: that of the lowest unsettled record, or of the next one to read. Records that an
     * earlier reader has settled count only after they were read here.
     */
    long lowestUnsettled() {
        return base + first;
    }

    /** Returns how many offsets lie between the lowest unsettled record and the next one to read. */
    int span() {
        return (int) Math.max(0, position - lowestUnsettled());
    }

    /** Returns whether a record of this offset can be read next; if not, the log is another one than before. */
    boolean canRead(long offset) {
        return offset >= position && (offset - lowestUnsettled() < MAX_DISTANCE || span() == 0);
    }

    /**
     * Notes that a record was read. Offsets that the log has not, such as those of removed records, count as settled.
     *
     * @return false if the record is settled already, by an earlier reader
     */
    boolean read(long offset) {
        skipTo(offset);
        boolean isNew = !settled.get(index(offset));
        position = offset + 1;
        advance();
        return isNew;
    }

    /** Returns how many offsets before this one were neither read nor settled by an earlier reader. */
    long unreadBefore(long offset) {
        if (offset <= position) {
            return 0;
        }
        int from = index(position);
        int settledBits = (int) Math.min(settled.length(), from + (offset - position));
        return offset
                - position
                - settled.get(from, Math.max(from, settledBits)).cardinality();
    }

    /** Forgets what an earlier reader has settled from the next offset to read on. */
    void forgetUnread() {
        int unread = index(position);
        settled.clear(unread, Math.max(unread, settled.length()));
    }

    /** Notes that the log has no records before this offset that were not read. */
    void skipTo(long offset) {
        if (offset <= position) {
            return;
        }
        if (offset - lowestUnsettled() >= MAX_DISTANCE) {
            if (span() > 0) {
                throw new IllegalArgumentException("a gap of " + (offset - position) + " offsets");
            }
            base = offset;
            first = 0;
            settled = new BitSet();
        } else {
            settled.set(index(position), index(offset));
        }
        position = offset;
        advance();
    }

    /** Notes that a record that was read is settled. A second call has no effect. */
    void settle(long offset) {
        if (offset < lowestUnsettled()) {
            return;
        }
        if (offset >= position) {
            throw new IllegalArgumentException("the record was not read");
        }
        settled.set(index(offset));
        advance();
    }

    private void advance() {
        first = Math.min(settled.nextClearBit(first), index(position));
        if (first >= MAX_OLD_BITS) {
            settled = settled.get(first, Math.max(first, settled.length()));
            base += first;
            first = 0;
        }
    }

    private int index(long offset) {
        return Math.toIntExact(offset - base);
    }

    /** Returns what is settled, of at most {@link #MAX_SPAN} offsets; bit 0 is {@link #lowestUnsettled()}. */
    BitSet settledAfter() {
        return settled.get(first, Math.max(first, Math.min(settled.length(), first + MAX_SPAN)));
    }
}
