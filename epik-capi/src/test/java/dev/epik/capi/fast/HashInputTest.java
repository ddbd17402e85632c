// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.fast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.epik.capi.event.Sha256;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares the result in place with the result by strings of the JDK, for several alphabets. */
class HashInputTest {
    private static final int[] ALPHABETS = {0x80, 0x100, 0x200, 0x300, 0x3000, 0x2_0000};

    @Test
    void lowersAndHashesLikeStrings() {
        Random random = new Random(11);
        for (int i = 0; i < 30_000; i++) {
            String raw = text(random, ALPHABETS[i % ALPHABETS.length]);
            String normal = trim(visible(raw)).toLowerCase(Locale.ROOT);
            try (HashInput value = HashInput.of(raw)) {
                assertEquals(normal, value.lower().text());
                assertEquals(Sha256.hex(normal), new String(value.sha256(), StandardCharsets.ISO_8859_1));
            }
        }
    }

    @Test
    void keepsCodePointsLikeStrings() {
        Random random = new Random(12);
        for (int i = 0; i < 30_000; i++) {
            String raw = text(random, ALPHABETS[i % ALPHABETS.length]);
            String kept = filtered(trim(visible(raw)).toLowerCase(Locale.ROOT), Character::isLetterOrDigit);
            try (HashInput value = HashInput.of(raw)) {
                assertEquals(
                        kept, value.lower().keep(Character::isLetterOrDigit).text());
            }
        }
    }

    @Test
    void findsDigitsLikeStrings() {
        Random random = new Random(13);
        for (int i = 0; i < 30_000; i++) {
            String raw = "(0)" + text(random, ALPHABETS[i % ALPHABETS.length]) + "+49 (0) 0151";
            String digits = raw.replace("(0)", "")
                    .codePoints()
                    .map(c -> Character.digit(c, 10))
                    .filter(digit -> digit >= 0)
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining())
                    .replaceFirst("^0+", "");
            try (HashInput value = HashInput.of(raw)) {
                assertEquals(raw.codePoints().anyMatch(Character::isLetter), value.hasLetter());
                assertEquals(digits, value.digits().text());
            }
        }
    }

    /** Each value gets the buffers that the one before has returned. */
    @Test
    void leavesNothingOfALongValueToTheNextOne() {
        String tooLong = "Ł".repeat(10_000) + "A".repeat(10_000);
        for (String raw : new String[] {tooLong, "a", "é", "", "Ł", "b".repeat(300), "c"}) {
            try (HashInput value = HashInput.of(raw)) {
                assertEquals(
                        Sha256.hex(raw.toLowerCase(Locale.ROOT)),
                        new String(value.lower().sha256(), StandardCharsets.ISO_8859_1));
                assertFalse(raw.length() > 1 && value.toString().contains(raw), "toString() contains the value");
            }
        }
    }

    private static String text(Random random, int alphabet) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(30);
        while (text.length() < length) {
            text.appendCodePoint(random.nextInt(random.nextInt(3) == 0 ? alphabet : 0x7F));
        }
        return text.toString();
    }

    private static String visible(String raw) {
        boolean plain = raw.chars().allMatch(c -> c >= ' ' && c <= '~');
        return plain
                ? raw
                : filtered(Normalizer.normalize(raw, Normalizer.Form.NFC), c -> {
                    int type = Character.getType(c);
                    return type != Character.CONTROL && type != Character.FORMAT && type != Character.SURROGATE;
                });
    }

    private static String filtered(String text, IntPredicate wanted) {
        return text.codePoints()
                .filter(wanted)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }
}
