// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import java.util.Collection;
import java.util.regex.Pattern;

/** Removes from Pinterest's texts what could be a part of a row. Pure functions. */
public final class Masking {
    /** Shorter values are not masked: they identify no person, and their letters occur in every text. */
    private static final int MIN_LENGTH = 4;

    private static final Pattern EMAIL = Pattern.compile("[^\\s@<>\"'(),;:]{1,64}(?:@|%40)[^\\s@<>\"'(),;:]{1,255}");
    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{32,}");
    private static final Pattern IP =
            Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}|(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}");

    private Masking() {}

    /**
     * Returns the text without emails, hashes, IP addresses and the values of the rows that were sent.
     *
     * @param values of the rows; those of under four characters are not masked
     */
    public static String mask(String text, Collection<String> values) {
        String masked = text;
        for (String value : values) {
            if (value.length() >= MIN_LENGTH && masked.contains(value)) {
                masked = masked.replace(value, "[value]");
            }
        }
        masked = EMAIL.matcher(masked).replaceAll("[email address]");
        masked = HASH.matcher(masked).replaceAll("[hash]");
        return IP.matcher(masked).replaceAll("[IP address]");
    }
}
