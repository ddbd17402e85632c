// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

import java.util.Base64;
import java.util.BitSet;

/**
 * The text beside a committed offset: which records after it are settled. A worker that gets the partition later skips
 * them. A version, a colon, and the bits in Base64; empty if there are none. A pure function.
 */
public final class CommitMetadata {
    /** The limit of a broker by default, {@code offset.metadata.max.bytes}. */
    public static final int MAX_LENGTH = 4096;

    private static final String VERSION = "1:";

    private CommitMetadata() {}

    /** Returns the text; bit 0 is the committed offset. */
    static String of(BitSet settled) {
        return settled.isEmpty()
                ? ""
                : VERSION + Base64.getEncoder().withoutPadding().encodeToString(settled.toByteArray());
    }

    /**
     * Reads the text. A text of another program or of a later version counts as empty: then records that are settled
     * are sent again, and none is skipped.
     */
    public static BitSet read(String text) {
        if (!text.startsWith(VERSION) || text.length() > MAX_LENGTH) {
            return new BitSet();
        }
        try {
            return BitSet.valueOf(Base64.getDecoder().decode(text.substring(VERSION.length())));
        } catch (IllegalArgumentException ignored) { // not Base64: not ours
            return new BitSet();
        }
    }
}
