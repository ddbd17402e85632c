// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.event.normalize.NormalForm;
import dev.epik.capi.event.normalize.Text;
import dev.epik.capi.fast.HashInput;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rules of {@link NormalForm} for the eight fields of a sale, on strings of the JDK instead of {@link HashInput}.
 * Each returns null if the value is invalid.
 */
final class PlainNormalForm {
    private static final Set<String> COUNTRIES = Arrays.stream(Locale.getISOCountries())
            .map(country -> country.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    private static final int MIN_PHONE_DIGITS = 7;
    private static final int MAX_PHONE_DIGITS = 15;

    private PlainNormalForm() {}

    static @Nullable String email(String raw) {
        String email = lower(raw);
        int at = email.indexOf('@');
        boolean isAddress = at > 0 && at < email.length() - 1 && email.indexOf('@', at + 1) < 0;
        for (int i = 0; isAddress && i < email.length(); i++) {
            isAddress = !isSpace(email.charAt(i));
        }
        return isAddress ? email : null;
    }

    static @Nullable String phone(String raw) {
        StringBuilder digits = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); ) {
            if (isZeroInBrackets(raw, i)) {
                i += 3;
                continue;
            }
            int c = raw.codePointAt(i);
            i += Character.charCount(c);
            if (Character.isLetter(c)) {
                return null;
            }
            int digit = Character.digit(c, 10);
            if (digit > 0 || (digit == 0 && !digits.isEmpty())) {
                digits.append((char) ('0' + digit));
            }
        }
        return digits.length() < MIN_PHONE_DIGITS || digits.length() > MAX_PHONE_DIGITS ? null : digits.toString();
    }

    private static boolean isZeroInBrackets(String phone, int i) {
        return i + 2 < phone.length()
                && (phone.charAt(i) == '(' || phone.charAt(i) == '\uFF08')
                && Character.digit(phone.charAt(i + 1), 10) == 0
                && (phone.charAt(i + 2) == ')' || phone.charAt(i + 2) == '\uFF09');
    }

    static @Nullable String name(String raw) {
        String name = lower(raw);
        return name.equals("undefined") ? null : orNull(name);
    }

    static @Nullable String city(String raw) {
        return Text.isPlaceholder(raw)
                ? null
                : orNull(keep(lower(raw), c -> Character.isLetterOrDigit(c) || isMark(c)));
    }

    static @Nullable String state(String raw) {
        String state = lower(raw);
        return state.length() == 2 && isLetter(state.charAt(0)) && isLetter(state.charAt(1)) ? state : null;
    }

    static @Nullable String zip(String raw) {
        return orNull(keep(lower(raw), Character::isLetterOrDigit));
    }

    static @Nullable String country(String raw) {
        String country = lower(raw);
        return COUNTRIES.contains(country) ? country : null;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static String lower(String raw) {
        return trim(visible(raw)).toLowerCase(Locale.ROOT);
    }

    private static String visible(String raw) {
        return isPrintableAscii(raw)
                ? raw
                : keep(Normalizer.normalize(raw, Normalizer.Form.NFC), PlainNormalForm::isVisible);
    }

    private static boolean isPrintableAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    private static boolean isVisible(int c) {
        int type = Character.getType(c);
        return type != Character.CONTROL && type != Character.FORMAT && type != Character.SURROGATE;
    }

    /** Removes no-break spaces as well, which {@code strip} leaves. */
    private static String trim(String raw) {
        int from = 0;
        int to = raw.length();
        while (from < to && isSpace(raw.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(raw.charAt(to - 1))) {
            to--;
        }
        return raw.substring(from, to);
    }

    private static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private static boolean isMark(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    private static String keep(String text, IntPredicate wanted) {
        StringBuilder kept = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (wanted.test(c)) {
                kept.appendCodePoint(c);
            }
        }
        return kept.toString();
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
