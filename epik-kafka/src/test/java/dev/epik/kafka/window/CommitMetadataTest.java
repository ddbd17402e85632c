// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommitMetadataTest {
    @Test
    void nothingSettledIsAnEmptyText() {
        assertEquals("", CommitMetadata.of(new BitSet()));
        assertTrue(CommitMetadata.read("").isEmpty());
    }

    @Test
    void readsTheBitsThatWereWritten() {
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            BitSet bits = new BitSet();
            for (int n = random.nextInt(200); n > 0; n--) {
                bits.set(random.nextInt(PartitionProgress.MAX_SPAN));
            }
            assertEquals(bits, CommitMetadata.read(CommitMetadata.of(bits)));
        }
    }

    @Test
    void theFormatIsStable() {
        BitSet bits = new BitSet();
        bits.set(1, 3);
        bits.set(9);
        assertEquals("1:BgI", CommitMetadata.of(bits));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "2:BgI", "1", "1:B", "1:%%%%", "{\"a\":1}", "1:\u00e9\u00e9"})
    void aTextOfAnotherProgramSkipsNoRecord(String text) {
        assertTrue(CommitMetadata.read(text).isEmpty());
    }

    @Test
    void theLongestTextIsRead() {
        String text = "1:" + "/".repeat(CommitMetadata.MAX_LENGTH - 4) + "Ag";
        assertEquals(CommitMetadata.MAX_LENGTH, text.length());
        assertTrue(CommitMetadata.read(text).get(0));
    }

    @Test
    void aTextThatIsTooLongSkipsNoRecord() {
        assertTrue(CommitMetadata.read("1:" + "/".repeat(CommitMetadata.MAX_LENGTH))
                .isEmpty());
    }
}
