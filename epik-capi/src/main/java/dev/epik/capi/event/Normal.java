// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
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

    private static final int ISO_DATE = 10;
    private static final int OLDEST = 1890;
    private static final int NEVER = 2100;

    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2}");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern MAID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern NOT_TO_BE_TRACKED = Pattern.compile("[0-]+");

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

    /** A number as people dial it at home: one zero, and no country code before it. */
    static boolean isNational(String rawPhone) {
        String phone = trim(rawPhone);
        return phone.startsWith("0") && !phone.startsWith("00");
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

    /** A first or a last name. Null is one; "undefined" is what a script writes where it has none. */
    static @Nullable String name(String raw) {
        String name = lower(raw);
        return name.equals("undefined") ? null : orNull(name);
    }

    static @Nullable String city(String raw) {
        return Text.saysNothing(raw) ? null : orNull(keep(lower(raw), c -> Character.isLetterOrDigit(c) || isMark(c)));
    }

    static @Nullable String state(String raw) {
        String state = lower(raw);
        return LANGUAGE.matcher(state).matches() ? state : null;
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
            case "n", "non-binary", "nonbinary" -> "n";
            default -> null;
        };
    }

    /** Of a date as people and databases write it without doubt: {@code 1990-02-28} or {@code 19900228}. */
    static @Nullable String birthDate(String raw) {
        String date = trim(raw);
        try {
            return birthDate(
                    date.length() == ISO_DATE
                            ? LocalDate.parse(date)
                            : LocalDate.parse(date, DateTimeFormatter.BASIC_ISO_DATE));
        } catch (DateTimeException noDate) {
            return null;
        }
    }

    /** Years such as 0001 and 9999 stand for "unknown" in somebody's database. */
    private static @Nullable String birthDate(LocalDate date) {
        return date.getYear() >= OLDEST && date.getYear() < NEVER
                ? date.format(DateTimeFormatter.BASIC_ISO_DATE)
                : null;
    }

    /** Apple's advertising id, in the upper case in which iOS gives it. */
    static @Nullable String idfa(String raw) {
        String id = maid(raw);
        return id == null ? null : id.toUpperCase(Locale.ROOT);
    }

    /** Google's advertising id, in the lower case in which Android gives it. */
    static @Nullable String gaid(String raw) {
        String id = maid(raw);
        return id == null ? null : id.toLowerCase(Locale.ROOT);
    }

    /** Either, as it came: the platform's own case is the right one. All zeros is what a device says that may not be tracked. */
    static @Nullable String maid(String raw) {
        String id = trim(raw);
        return MAID.matcher(id).matches() && !NOT_TO_BE_TRACKED.matcher(id).matches() ? id : null;
    }

    /** A value that is hashed already; upper-case hex is the same hash. */
    static @Nullable String sha256(String raw) {
        String hex = lower(raw);
        return SHA_256.matcher(hex).matches() ? hex : null;
    }

    static boolean isLanguage(String code) {
        return LANGUAGE.matcher(code).matches();
    }

    /** Case stays: it must equal what the shop's browser tag sends. "null" would be the same person for all that have no id. */
    static @Nullable String externalId(String raw) {
        return Text.saysNothing(raw) ? null : orNull(trim(visible(raw)));
    }

    /**
     * In one Unicode form, without what nobody sees (a byte order mark, marks of direction): pasted along, each would hash to nobody. Half a
     * character is in no name.
     */
    private static String visible(String raw) {
        if (raw.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            return raw;
        }
        String form = Normalizer.normalize(raw, Normalizer.Form.NFC);
        return keep(form, c -> {
            int type = Character.getType(c);
            return type != Character.CONTROL && type != Character.FORMAT && type != Character.SURROGATE;
        });
    }

    /** {@code Locale.ROOT}: under a Turkish default locale "IRIS" would become "ırıs", and match nobody. */
    private static String lower(String raw) {
        return trim(visible(raw)).toLowerCase(Locale.ROOT);
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
