// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import java.util.Arrays;

/**
 * A row of a customer list as it is kept in files: a keyed hash, which identifies it, a flag, and its encrypted
 * content. Without the key it shows nothing. Ordered by the keyed hash. Immutable.
 */
final class SealedRow implements Comparable<SealedRow> {
    static final int HASH_BYTES = 32;

    /** Pinterest has confirmed that the row is in the list. */
    static final byte SENT = 1;

    /** A request that adds or removes the row was sent, and its answer is not known. */
    static final byte MAYBE = 2;

    private final byte[] bytes;

    /** @param bytes the keyed hash, the flag and the encrypted content; not copied */
    SealedRow(byte[] bytes) {
        this.bytes = bytes;
    }

    static SealedRow of(byte[] hash, byte flag, byte[] content) {
        byte[] bytes = Arrays.copyOf(hash, HASH_BYTES + 1 + content.length);
        bytes[HASH_BYTES] = flag;
        System.arraycopy(content, 0, bytes, HASH_BYTES + 1, content.length);
        return new SealedRow(bytes);
    }

    byte flag() {
        return bytes[HASH_BYTES];
    }

    SealedRow withFlag(byte flag) {
        byte[] copy = bytes.clone();
        copy[HASH_BYTES] = flag;
        return new SealedRow(copy);
    }

    byte[] hash() {
        return Arrays.copyOf(bytes, HASH_BYTES);
    }

    byte[] content() {
        return Arrays.copyOfRange(bytes, HASH_BYTES + 1, bytes.length);
    }

    /** Returns all bytes; do not change them. */
    byte[] bytes() {
        return bytes;
    }

    @Override
    public int compareTo(SealedRow other) {
        return Arrays.compareUnsigned(bytes, 0, HASH_BYTES, other.bytes, 0, HASH_BYTES);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SealedRow row && Arrays.equals(row.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
