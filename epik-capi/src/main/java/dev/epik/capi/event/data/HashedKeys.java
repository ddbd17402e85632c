// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.data;

import dev.epik.capi.fast.HashInput;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The hashes of a customer, by match key. The hashes of one key are stored as hex digits one after the other, as the
 * JSON writer copies them. Immutable.
 */
public final class HashedKeys {
    public static final HashedKeys NONE = new HashedKeys(new byte[MatchKey.ALL.size()][0]);

    /** The digits of each key, indexed by the ordinal of the key. Never changed. */
    private final byte[][] digits;

    private HashedKeys(byte[][] digits) {
        this.digits = digits;
    }

    /** Returns whether there is a hash of the key. */
    public boolean has(MatchKey key) {
        return digits(key).length > 0;
    }

    /** Returns the hashes of a key, each of {@link HashInput#HEX_DIGITS}, one after the other. Do not change them. */
    @SuppressWarnings("EnumOrdinal") // neither stored nor sent
    public byte[] digits(MatchKey key) {
        return digits[key.ordinal()];
    }

    /** Returns the hashes of a key. */
    public List<String> list(MatchKey key) {
        List<String> hashes = new ArrayList<>();
        byte[] all = digits(key);
        for (int at = 0; at < all.length; at += HashInput.HEX_DIGITS) {
            hashes.add(new String(all, at, HashInput.HEX_DIGITS, StandardCharsets.ISO_8859_1));
        }
        return hashes;
    }

    /** Returns the keys that have a hash. */
    public List<MatchKey> known() {
        return MatchKey.ALL.stream().filter(this::has).toList();
    }

    /** Collects hashes. Not thread-safe. */
    public static final class Builder {
        private final byte[][] digits = NONE.digits.clone();

        /** Adds a hash in hex, unless the key already has it. */
        @SuppressWarnings("EnumOrdinal") // neither stored nor sent
        public void add(MatchKey key, byte[] hash) {
            byte[] known = digits[key.ordinal()];
            for (int at = 0; at < known.length; at += hash.length) {
                if (Arrays.equals(known, at, at + hash.length, hash, 0, hash.length)) {
                    return;
                }
            }
            digits[key.ordinal()] = known.length == 0 ? hash : concat(known, hash);
        }

        private static byte[] concat(byte[] known, byte[] hash) {
            byte[] longer = Arrays.copyOf(known, known.length + hash.length);
            System.arraycopy(hash, 0, longer, known.length, hash.length);
            return longer;
        }

        /** Returns the hashes collected so far. */
        public HashedKeys build() {
            return new HashedKeys(digits.clone());
        }
    }
}
