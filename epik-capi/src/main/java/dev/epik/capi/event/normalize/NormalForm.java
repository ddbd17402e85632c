// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event.normalize;

import dev.epik.capi.fast.HashInput;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The normal form of each field that is hashed, one method per field. Each method brings the value to that form in
 * place, and returns false if Pinterest could not match it. {@code vectors/hashing.json} holds the rules, with the
 * reason for each row on which sources disagree.
 */
public final class NormalForm {
    /** The rule of one field. */
    @FunctionalInterface
    public interface Rule {
        /** Brings a value to its normal form, and returns false if there is nothing to hash. */
        boolean normalize(HashInput value);
    }

    private static final Set<String> COUNTRIES = Arrays.stream(Locale.getISOCountries())
            .map(country -> country.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());

    /** No phone number of any country is shorter. */
    private static final int MIN_PHONE_DIGITS = 7;

    /** ITU-T E.164, with the country code. */
    private static final int MAX_PHONE_DIGITS = 15;

    private static final int ISO_DATE_LENGTH = 10;

    /** Dates outside of these years, such as 0001 and 9999, are written for an unknown date. */
    private static final int MIN_BIRTH_YEAR = 1890;

    private static final int MAX_BIRTH_YEAR = 2099;

    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern MAID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern ZEROS = Pattern.compile("[0-]+");

    private NormalForm() {}

    /** Normalizes an email address: trimmed and in lower case, with one {@code @} inside and no space. */
    public static boolean email(HashInput value) {
        value.lower();
        int atSigns = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.at(i);
            if (HashInput.isSpace(c)) {
                return false;
            }
            atSigns += c == '@' ? 1 : 0;
        }
        return atSigns == 1 && value.at(0) != '@' && value.at(value.length() - 1) != '@';
    }

    /**
     * Returns whether the country code is missing: the first digit is a zero, and the second one is not. Brackets,
     * slashes and invisible characters do not count, and digits of any script do.
     */
    public static boolean isNational(String rawPhone) {
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

    /**
     * Returns whether ASCII digits with an optional plus sign end with a point and zeros, as a spreadsheet writes them.
     */
    public static boolean isDecimal(String number) {
        try (HashInput value = HashInput.of(number)) {
            return value.withoutDecimals().length() < number.length();
        }
    }

    /** Normalizes a phone number to its digits, as given: a missing country code cannot be guessed from them. */
    public static boolean phone(HashInput value) {
        if (value.hasLetter()) {
            return false;
        }
        value.trim().withoutDecimals().digits();
        return value.length() >= MIN_PHONE_DIGITS && value.length() <= MAX_PHONE_DIGITS;
    }

    /** Normalizes a first or a last name to lower case. "Null" is a name, "undefined" is not. */
    public static boolean name(HashInput value) {
        value.lower();
        return value.length() > 0 && !value.contentEquals("undefined");
    }

    /** Normalizes a city to its letters and digits in lower case, with their marks. */
    public static boolean city(HashInput value) {
        return !isPlaceholder(value)
                && value.lower()
                                .keep(c -> Character.isLetterOrDigit(c) || isMark(c))
                                .length()
                        > 0;
    }

    /** Normalizes a state to a two-letter code in lower case. */
    public static boolean state(HashInput value) {
        return isTwoLetters(value.lower());
    }

    /** Normalizes a postal code to its letters and digits in lower case. */
    public static boolean zip(HashInput value) {
        return value.lower().keep(Character::isLetterOrDigit).length() > 0;
    }

    /** Normalizes a country to a code of ISO 3166-1 alpha-2 in lower case. */
    public static boolean country(HashInput value) {
        return isTwoLetters(value.lower()) && COUNTRIES.contains(value.text());
    }

    /** Normalizes a gender to {@code f}, {@code m} or {@code n}, also from the English words. */
    public static boolean gender(HashInput value) {
        String gender = switch (value.lower().text()) {
            case "f", "female" -> "f";
            case "m", "male" -> "m";
            case "n", "non-binary", "nonbinary" -> "n";
            default -> "";
        };
        return value.replaceWith(gender).length() > 0;
    }

    /**
     * Normalizes a date of birth to {@code 19900228}, from the two forms that are unambiguous: {@code 1990-02-28} and
     * {@code 19900228}.
     */
    public static boolean birthDate(HashInput value) {
        String text = value.trim().text();
        try {
            LocalDate date = text.length() == ISO_DATE_LENGTH
                    ? LocalDate.parse(text)
                    : LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE);
            value.replaceWith(date.format(DateTimeFormatter.BASIC_ISO_DATE));
            return date.getYear() >= MIN_BIRTH_YEAR && date.getYear() <= MAX_BIRTH_YEAR;
        } catch (DateTimeException ignored) { // not a date
            return false;
        }
    }

    /** Normalizes Apple's advertising id to the upper case in which iOS returns it. */
    public static boolean idfa(HashInput value) {
        return maid(value)
                && value.replaceWith(value.text().toUpperCase(Locale.ROOT)).length() > 0;
    }

    /** Normalizes Google's advertising id to the lower case in which Android returns it. */
    public static boolean gaid(HashInput value) {
        return maid(value) && value.lower().length() > 0;
    }

    /**
     * Trims an advertising id and keeps its case, because the platform's own case is right. A device that may not be
     * tracked returns all zeros, which are invalid.
     */
    public static boolean maid(HashInput value) {
        String id = value.trim().text();
        return MAID.matcher(id).matches() && !ZEROS.matcher(id).matches();
    }

    /**
     * Normalizes an external id to its visible characters and keeps their case: the hash must equal the one that the
     * shop's browser tag sends.
     */
    public static boolean externalId(HashInput value) {
        return !isPlaceholder(value) && value.visible().trim().length() > 0;
    }

    /** Brings a hash in hex to lower case, and returns false if it is not the hash of a SHA-256. */
    public static boolean sha256(HashInput value) {
        return SHA_256.matcher(value.lower().text()).matches();
    }

    /** Returns whether a text has the form of a code of ISO 639-1: two letters in lower case. */
    public static boolean isLanguage(String code) {
        return code.length() == 2 && isLetter(code.charAt(0)) && isLetter(code.charAt(1));
    }

    private static boolean isTwoLetters(HashInput value) {
        return value.length() == 2 && isLetter(value.at(0)) && isLetter(value.at(1));
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isPlaceholder(HashInput value) {
        value.trim();
        for (String placeholder : Text.PLACEHOLDERS) {
            if (value.contentEquals(placeholder)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMark(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }
}
