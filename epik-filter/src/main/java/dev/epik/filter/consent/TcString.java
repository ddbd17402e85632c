// SPDX-License-Identifier: Apache-2.0
package dev.epik.filter.consent;

/**
 * Reads the bits of an IAB TC string. Its core comes first, in base64 of URLs: 6 bits for the version, 146 bits about
 * the banner, and one bit for the consent to each of 24 purposes.
 */
final class TcString {
    private static final int VERSION = 2;
    private static final int BITS_PER_CHAR = 6;
    private static final int FIRST_PURPOSE_BIT = 152;
    private static final int MAX_PURPOSES = 24;
    private static final int MIN_CHARS = (FIRST_PURPOSE_BIT + MAX_PURPOSES) / BITS_PER_CHAR + 1;

    private TcString() {}

    /** Returns whether this is a string of version 2 that is long enough for the purposes. */
    static boolean isReadable(String text) {
        if (text.length() < MIN_CHARS || sixBits(text.charAt(0)) != VERSION) {
            return false;
        }
        for (int i = 0; i < MIN_CHARS; i++) {
            if (sixBits(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the visitor's consent to one purpose, from 1 to 24.
     *
     * @param text a string for which {@link #isReadable} returned true
     */
    static boolean hasConsent(String text, int purpose) {
        int bit = FIRST_PURPOSE_BIT + purpose - 1;
        int six = sixBits(text.charAt(bit / BITS_PER_CHAR));
        return (six >> (BITS_PER_CHAR - 1 - bit % BITS_PER_CHAR) & 1) == 1;
    }

    /** Returns the value of a character of base64, or -1. */
    private static int sixBits(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '-' || c == '+' ? 62 : c == '_' || c == '/' ? 63 : -1;
    }
}
