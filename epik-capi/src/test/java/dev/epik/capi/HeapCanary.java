// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import java.util.Arrays;

/**
 * A unique value and its normalized form. Both are written backwards, so that the constants of this class are not
 * found.
 */
enum HeapCanary {
    EMAIL("elpmaxe.paeH@lerteP.yranaC", "elpmaxe.paeh@lertep.yranac"),
    PHONE("9991-537 )555( 1+", "99915375551"),
    /** Has a letter beyond Latin-1, so that the JVM stores two bytes for each letter. */
    FIRST_NAME("yranacuŁ", "yranacuł"),
    LAST_NAME("suiränaC noV", "suiränac nov"),
    CITY("7-étiC yranaC", "7éticyranac"),
    ZIP("7YR4 N4C", "7yr4n4c"),
    EXTERNAL_ID("01209-dI-yranaC", "01209-dI-yranaC"),
    MAID("EFACDABF0ECA-1008-E4C4-1537-0074A4AC", "EFACDABF0ECA-1008-E4C4-1537-0074A4AC"),
    BIRTH_DATE("72-80-1391", "72801391"),
    /** The value that the shop keeps on purpose. */
    CONTROL("esoprup no tpek si yranac siht", "esoprup no tpek si yranac siht");

    private final String rawBackwards;
    private final String normalBackwards;

    HeapCanary(String rawBackwards, String normalBackwards) {
        this.rawBackwards = rawBackwards;
        this.normalBackwards = normalBackwards;
    }

    /** Returns a new string each time, to which only the caller refers. */
    String raw() {
        return forwards(rawBackwards);
    }

    String normal() {
        return forwards(normalBackwards);
    }

    private static String forwards(String text) {
        char[] letters = new char[text.length()];
        for (int i = 0; i < letters.length; i++) {
            letters[i] = text.charAt(letters.length - 1 - i);
        }
        String forwards = new String(letters);
        Arrays.fill(letters, ' ');
        return forwards;
    }
}
