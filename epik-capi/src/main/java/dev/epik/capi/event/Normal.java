// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The form of a value that is hashed, one function a field; null where the value is none that Pinterest could match.
 * {@code vectors/hashing.json} is the truth, with the reason beside each row that sources dispute.
 */
final class Normal {
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    /** ITU-T E.164: at most 15 digits with the country code. Fewer than 7 are no number anywhere. */
    private static final int SHORTEST_PHONE = 7;

    private static final int LONGEST_PHONE = 15;

    private Normal() {}

    static @Nullable String email(String raw) {
        String email = lower(raw);
        int at = email.indexOf('@');
        boolean isAddress = at > 0
                && at < email.length() - 1
                && email.indexOf('@', at + 1) < 0
                && email.codePoints().noneMatch(Normal::isSpace);
        return isAddress ? email : null;
    }

    /** With the country code: it cannot be guessed from the digits. */
    static @Nullable String phone(String raw) {
        if (raw.codePoints().anyMatch(Character::isLetter)) {
            return null;
        }
        StringBuilder digits = new StringBuilder(LONGEST_PHONE + 1);
        raw.replace("(0)", "").codePoints().map(c -> Character.digit(c, 10)).forEach(digit -> {
            boolean leadingZero = digit == 0 && digits.isEmpty();
            if (digit >= 0 && !leadingZero) {
                digits.append(digit);
            }
        });
        return digits.length() < SHORTEST_PHONE || digits.length() > LONGEST_PHONE ? null : digits.toString();
    }

    /** A first or a last name. */
    static @Nullable String name(String raw) {
        return orNull(lower(raw));
    }

    static @Nullable String city(String raw) {
        return orNull(keep(lower(raw), c -> Character.isLetterOrDigit(c) || isMark(c)));
    }

    static @Nullable String state(String raw) {
        String state = lower(raw);
        return state.matches("[a-z]{2}") ? state : null;
    }

    static @Nullable String zip(String raw) {
        return orNull(keep(lower(raw), Character::isLetterOrDigit));
    }

    static @Nullable String country(String raw) {
        String country = lower(raw);
        return COUNTRIES.contains(country.toUpperCase(Locale.ROOT)) ? country : null;
    }

    static @Nullable String gender(String raw) {
        return switch (lower(raw)) {
            case "f", "female" -> "f";
            case "m", "male" -> "m";
            case "n" -> "n";
            default -> null;
        };
    }

    static String birthDate(LocalDate date) {
        return date.format(DateTimeFormatter.BASIC_ISO_DATE);
    }

    /** Case stays: it must equal what the shop's browser tag sends. */
    static @Nullable String externalId(String raw) {
        return orNull(trim(raw));
    }

    /** {@code Locale.ROOT}: under a Turkish default locale "IRIS" would become "ırıs", and match nobody. */
    private static String lower(String raw) {
        return trim(raw).toLowerCase(Locale.ROOT);
    }

    /** {@code strip} leaves no-break spaces, which come along with what people paste. */
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
        text.codePoints().filter(wanted).forEach(kept::appendCodePoint);
        return kept.toString();
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
