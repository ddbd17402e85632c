// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.BitSet;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The form of a value that is hashed, one rule a field: each brings the value to that form in place, and says false where it is none that
 * Pinterest could match. {@code vectors/hashing.json} is the truth, with the reason beside each row that sources dispute.
 */
final class Normal {
    /** False where there is nothing to hash. */
    @FunctionalInterface
    interface Rule {
        boolean normalise(RawValue value);
    }

    private static final BitSet COUNTRIES = new BitSet();

    static {
        for (String country : Locale.getISOCountries()) {
            COUNTRIES.set(pair(Character.toLowerCase(country.charAt(0)), Character.toLowerCase(country.charAt(1))));
        }
    }

    /** ITU-T E.164: at most 15 digits with the country code. Fewer than 7 are no number anywhere. */
    private static final int SHORTEST_PHONE = 7;

    private static final int LONGEST_PHONE = 15;

    private static final int ISO_DATE = 10;
    private static final int OLDEST = 1890;
    private static final int NEVER = 2100;

    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern MAID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern NOT_TO_BE_TRACKED = Pattern.compile("[0-]+");

    private Normal() {}

    static boolean email(RawValue value) {
        value.lower();
        int signs = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.at(i);
            if (RawValue.isSpace(c)) {
                return false;
            }
            signs += c == '@' ? 1 : 0;
        }
        return signs == 1 && value.at(0) != '@' && value.at(value.length() - 1) != '@';
    }

    /**
     * Returns whether the country code is missing: the first digit is a zero, and the second one is not. Brackets,
     * slashes and invisible characters do not count, and digits of any script do.
     */
    static boolean isNational(String rawPhone) {
        int zeros = 0;
        for (int i = 0; i < rawPhone.length(); ) {
            int c = rawPhone.codePointAt(i);
            i += Character.charCount(c);
            int digit = Character.digit(c, 10);
            if (digit == 0) {
                zeros++;
            }
            if (digit > 0 || zeros > 1) {
                break;
            }
        }
        return zeros == 1;
    }

    /** With the country code: it cannot be guessed from the digits. */
    static boolean phone(RawValue value) {
        if (value.hasLetter()) {
            return false;
        }
        value.digits();
        return value.length() >= SHORTEST_PHONE && value.length() <= LONGEST_PHONE;
    }

    /** A first or a last name. Null is one; "undefined" is what a script writes where it has none. */
    static boolean name(RawValue value) {
        value.lower();
        return value.length() > 0 && !value.is("undefined");
    }

    static boolean city(RawValue value) {
        return saysSomething(value)
                && value.lower().keep(c -> isLetterOrDigit(c) || isMark(c)).length() > 0;
    }

    static boolean state(RawValue value) {
        return isPair(value.lower());
    }

    static boolean zip(RawValue value) {
        return value.lower().keep(Normal::isLetterOrDigit).length() > 0;
    }

    static boolean country(RawValue value) {
        return isPair(value.lower()) && COUNTRIES.get(pair(value.at(0), value.at(1)));
    }

    static boolean gender(RawValue value) {
        String gender = switch (value.lower().text()) {
            case "f", "female" -> "f";
            case "m", "male" -> "m";
            case "n", "non-binary", "nonbinary" -> "n";
            default -> "";
        };
        return value.set(gender).length() > 0;
    }

    /** Of a date as people and databases write it without doubt: {@code 1990-02-28} or {@code 19900228}. */
    static boolean birthDate(RawValue value) {
        String text = value.trim().text();
        try {
            LocalDate date = text.length() == ISO_DATE
                    ? LocalDate.parse(text)
                    : LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE);
            value.set(date.format(DateTimeFormatter.BASIC_ISO_DATE));
            return date.getYear() >= OLDEST && date.getYear() < NEVER; // 0001 and 9999 are somebody's "unknown"
        } catch (DateTimeException noDate) {
            return false;
        }
    }

    /** Apple's advertising id, in the upper case in which iOS gives it. */
    static boolean idfa(RawValue value) {
        return maid(value) && value.set(value.text().toUpperCase(Locale.ROOT)).length() > 0;
    }

    /** Google's advertising id, in the lower case in which Android gives it. */
    static boolean gaid(RawValue value) {
        return maid(value) && value.lower().length() > 0;
    }

    /** Either, as it came: the platform's own case is the right one. All zeros is what a device says that may not be tracked. */
    static boolean maid(RawValue value) {
        String id = value.trim().text();
        return MAID.matcher(id).matches() && !NOT_TO_BE_TRACKED.matcher(id).matches();
    }

    /** Case stays: it must equal what the shop's browser tag sends. "null" would be the same person for all that have no id. */
    static boolean externalId(RawValue value) {
        return saysSomething(value) && value.visible().trim().length() > 0;
    }

    /** A value that is hashed already; upper-case hex is the same hash. */
    static boolean isSha256(RawValue value) {
        return SHA_256.matcher(value.lower().text()).matches();
    }

    static boolean isLanguage(String code) {
        return code.length() == 2 && isLetter(code.charAt(0)) && isLetter(code.charAt(1));
    }

    private static boolean isPair(RawValue value) {
        return value.length() == 2 && isLetter(value.at(0)) && isLetter(value.at(1));
    }

    private static int pair(char first, char second) {
        return (first - 'a') * 26 + second - 'a';
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean saysSomething(RawValue value) {
        value.trim();
        for (String nothing : Text.NO_VALUE) {
            if (value.is(nothing)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || Character.isLetterOrDigit(c);
    }

    private static boolean isMark(int c) {
        if (c <= '~') {
            return false;
        }
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }
}
