// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PartitionProgressTest {
    private static final BitSet NONE = new BitSet();

    @Test
    void anOffsetTenMillionAfterAnUnsettledRecordCannotBeRead() {
        long start = 5_000_000_000L;
        PartitionProgress progress = new PartitionProgress(start, NONE);
        progress.read(start);
        progress.skipTo(start + 2);
        assertTrue(progress.canRead(start + 9_999_999));
        assertFalse(progress.canRead(start + 10_000_000));
        var e = assertThrows(IllegalArgumentException.class, () -> progress.skipTo(start + 10_000_000));
        assertEquals("a gap of 9999998 offsets", e.getMessage());
        progress.skipTo(start + 9_999_999);
        assertEquals(start + 9_999_999, progress.position());
        assertEquals(start, progress.lowestUnsettled());
    }

    @Test
    void theLowestUnsettledOffsetIsCommitted() {
        PartitionProgress progress = new PartitionProgress(100, NONE);
        assertEquals(100, progress.lowestUnsettled());
        for (long offset = 100; offset < 104; offset++) {
            assertTrue(progress.read(offset));
        }
        progress.settle(101);
        progress.settle(103);
        assertEquals(100, progress.lowestUnsettled());
        assertEquals("{1, 3}", progress.settledAfter().toString());
        progress.settle(100);
        assertEquals(102, progress.lowestUnsettled());
        assertEquals("{1}", progress.settledAfter().toString());
        progress.settle(102);
        assertEquals(104, progress.lowestUnsettled());
        assertEquals(0, progress.span());
    }

    @Test
    void recordsThatAnEarlierReaderSettledAreSkipped() {
        BitSet settled = new BitSet();
        settled.set(1);
        settled.set(2);
        PartitionProgress progress = new PartitionProgress(7, settled);
        assertTrue(progress.read(7));
        assertFalse(progress.read(8));
        assertFalse(progress.read(9));
        assertTrue(progress.read(10));
        progress.settle(7);
        assertEquals(10, progress.lowestUnsettled());
    }

    @Test
    void recordsSettledByAnEarlierReaderAreCommittedOnlyAfterTheyWereRead() {
        BitSet settled = new BitSet();
        settled.set(0, 5);
        PartitionProgress progress = new PartitionProgress(7, settled);
        assertEquals(7, progress.lowestUnsettled());
        assertFalse(progress.read(7));
        assertEquals(8, progress.lowestUnsettled());
        progress.forgetUnread();
        assertTrue(progress.read(8));
        assertEquals(8, progress.lowestUnsettled());
    }

    @Test
    void countsWhatIsBeforeAnOffsetAndWasNeitherReadNorSettled() {
        BitSet settled = new BitSet();
        settled.set(2, 5);
        PartitionProgress progress = new PartitionProgress(10, settled);
        assertEquals(0, progress.unreadBefore(10));
        assertEquals(2, progress.unreadBefore(14), "12 and 13 are settled");
        assertEquals(97, progress.unreadBefore(110));
        progress.read(10);
        progress.read(11);
        assertEquals(0, progress.unreadBefore(15));
        assertEquals(1, progress.unreadBefore(16));
    }

    @Test
    void offsetsThatTheLogHasNotCountAsSettled() {
        PartitionProgress progress = new PartitionProgress(0, NONE);
        assertTrue(progress.read(5));
        assertEquals(5, progress.lowestUnsettled());
        assertTrue(progress.read(9));
        progress.settle(5);
        assertEquals(9, progress.lowestUnsettled());
        progress.settle(9);
        progress.skipTo(12);
        assertEquals(12, progress.lowestUnsettled());
        assertEquals(12, progress.position());
    }

    @Test
    void aHugeGapIsSkippedWithoutBits() {
        PartitionProgress progress = new PartitionProgress(3, NONE);
        long far = 5_000_000_000_000L;
        assertTrue(progress.canRead(far));
        assertTrue(progress.read(far));
        assertEquals(far, progress.lowestUnsettled());
        assertFalse(progress.canRead(2 * far), "an unsettled record is before the gap");
        assertFalse(progress.canRead(far), "it was read");
    }

    @Test
    void settlingTwiceOrBelowChangesNothing() {
        PartitionProgress progress = new PartitionProgress(3, NONE);
        progress.read(3);
        progress.read(4);
        progress.settle(3);
        progress.settle(3);
        progress.settle(1);
        assertEquals(4, progress.lowestUnsettled());
        assertThrows(IllegalArgumentException.class, () -> progress.settle(5));
    }

    @Test
    void theCommittedBitsFitTheBrokersLimit() {
        PartitionProgress progress = new PartitionProgress(0, NONE);
        int records = PartitionProgress.MAX_SPAN + 5_000;
        for (int offset = 0; offset < records; offset++) {
            progress.read(offset);
        }
        for (int offset = 1; offset < records; offset++) {
            progress.settle(offset);
        }
        assertEquals(records, progress.span());
        String text = CommitMetadata.of(progress.settledAfter());
        assertTrue(text.length() <= CommitMetadata.MAX_LENGTH, () -> text.length() + " characters");
        assertEquals(PartitionProgress.MAX_SPAN, CommitMetadata.read(text).length());
    }

    /**
     * Reads, settles, commits and crashes at random, and compares with plain sets: nothing unsettled is ever below what
     * is committed, and after a crash exactly what was not settled at the last commit is read again.
     */
    @Test
    void agreesWithPlainSets() {
        for (int seed = 0; seed < 100; seed++) {
            model(new Random(seed));
        }
    }

    private static void model(Random random) {
        long end = 50_000;
        long start = random.nextInt(1000);
        TreeSet<Long> settled = new TreeSet<>();
        TreeSet<Long> committedSettled = new TreeSet<>();
        TreeSet<Long> open = new TreeSet<>();
        long committed = start;
        String metadata = "";
        PartitionProgress progress = new PartitionProgress(start, NONE);
        int steps = 500 + random.nextInt(4000);
        for (int i = 0; i < steps; i++) {
            int what = random.nextInt(1000);
            if (what < 500 && progress.span() < 3000 && progress.position() < end) {
                long offset = progress.position();
                while (offset % 97 < 7) { // the log has no such records
                    offset++;
                }
                boolean isNew = progress.read(offset);
                assertEquals(!settled.contains(offset), isNew);
                if (isNew) {
                    open.add(offset);
                }
            } else if (what < 980 && !open.isEmpty()) {
                long around = open.first() + random.nextInt(random.nextInt(10) == 0 ? 3000 : 50);
                Long offset = open.ceiling(around);
                offset = offset == null ? open.first() : offset;
                open.remove(offset);
                settled.add(offset);
                progress.settle(offset);
            } else if (what < 995) {
                committed = progress.lowestUnsettled();
                metadata = CommitMetadata.of(progress.settledAfter());
                committedSettled = new TreeSet<>(settled);
            } else {
                progress = new PartitionProgress(committed, CommitMetadata.read(metadata));
                settled = new TreeSet<>(committedSettled);
                open.clear();
            }
            if (!open.isEmpty()) {
                assertEquals((long) open.first(), progress.lowestUnsettled());
            } else {
                assertTrue(progress.lowestUnsettled() >= progress.position(), "all that was read is settled");
            }
        }
    }
}
