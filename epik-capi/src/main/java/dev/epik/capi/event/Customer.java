// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who bought, as far as the shop knows, in the form that Pinterest matches: normalised and hashed with SHA-256 in the very
 * call that names it. No method gives a raw value back, and none is kept. Names in scripts other than Latin, and dates
 * of birth, may leave unreachable copies on the heap until the next garbage collection.
 *
 * <p>Null and blank values are taken as unknown. A value that Pinterest could not match, such as an email without
 * {@code @}, is left out and noted in {@link #problems()}: it costs a match, never the sale. A method called twice sends
 * both values.
 *
 * <p>Each field has two doors: {@link #email} takes the value and hashes it, {@link #emailSha256} takes a hash that was made
 * elsewhere, by Pinterest's rules, of the normalised value. Which of the two a text is, is never guessed.
 *
 * <p>Hashed or not, this is personal data: whoever has the address can make the hash.
 *
 * <p>Immutable; each method returns a new customer.
 */
public final class Customer {
    /** In the order Pinterest's documentation has them. */
    enum MatchKey {
        EMAIL,
        PHONE,
        FIRST_NAME,
        LAST_NAME,
        GENDER,
        BIRTH_DATE,
        CITY,
        STATE,
        ZIP,
        COUNTRY,
        EXTERNAL_ID,
        MAID;

        static final List<MatchKey> ALL = List.of(values());

        /** In a customer's array. */
        @SuppressWarnings("EnumOrdinal") // never stored, never sent
        final int place = ordinal();
    }

    private static final Customer UNKNOWN = new Customer(new byte[MatchKey.ALL.size()][0], null, List.of());

    /** At the place of each key its hashes in hex, one behind the other. Neither it nor an array in it is changed once it is in here. */
    final byte[][] hashes;

    private final @Nullable String partnerId;
    private final List<Problem> problems;

    private Customer(byte[][] hashes, @Nullable String partnerId, List<Problem> problems) {
        this.hashes = hashes;
        this.partnerId = partnerId;
        this.problems = problems;
    }

    public static Customer unknown() {
        return UNKNOWN;
    }

    /** Trimmed and in lower case. */
    public Customer email(@Nullable String email) {
        return with(MatchKey.EMAIL, "email", email, Normal::email, "is no email address: it needs one @, and no space");
    }

    /**
     * With the country code, in any notation and with the digits of any script: {@code +1 (555) 010-9999}. A number
     * without it (its first digit is a single 0) is sent with a warning.
     */
    public Customer phone(@Nullable String phone) {
        Customer known = with(
                MatchKey.PHONE,
                "phone",
                phone,
                Normal::phone,
                "is no phone number: give 7 to 15 digits with the country code");
        return phone != null && known.problems.size() == problems.size() && Normal.isNational(phone)
                ? known.noting("phone", "begins with a single 0, so its country code is missing: give +49..., not 0...")
                : known;
    }

    public Customer firstName(@Nullable String firstName) {
        return with(MatchKey.FIRST_NAME, "firstName", firstName, Normal::name, "is no name");
    }

    public Customer lastName(@Nullable String lastName) {
        return with(MatchKey.LAST_NAME, "lastName", lastName, Normal::name, "is no name");
    }

    /** {@code f}, {@code m} or {@code n}; the English words are taken as well. */
    public Customer gender(@Nullable String gender) {
        return with(MatchKey.GENDER, "gender", gender, Normal::gender, "is none of f, m and n");
    }

    public Customer birthDate(@Nullable LocalDate birthDate) {
        return birthDate(birthDate == null ? null : birthDate.toString());
    }

    /** {@code 1990-02-28} or {@code 19900228}. */
    public Customer birthDate(@Nullable String isoDate) {
        return with(
                MatchKey.BIRTH_DATE,
                "birthDate",
                isoDate,
                Normal::birthDate,
                "is nobody's date of birth: give it as 1990-02-28");
    }

    public Customer city(@Nullable String city) {
        return with(MatchKey.CITY, "city", city, Normal::city, "is no city: it has no letter");
    }

    /** The two-letter code, such as {@code CA}. */
    public Customer state(@Nullable String state) {
        return with(MatchKey.STATE, "state", state, Normal::state, "is no state: use its two-letter code, such as CA");
    }

    public Customer zip(@Nullable String zip) {
        return with(MatchKey.ZIP, "zip", zip, Normal::zip, "is no postal code: it has neither digit nor letter");
    }

    /** ISO 3166-1 alpha-2, such as {@code GB}. */
    public Customer country(@Nullable String country) {
        return with(
                MatchKey.COUNTRY,
                "country",
                country,
                Normal::country,
                "is no country: use its ISO 3166 code, such as GB");
    }

    /** The shop's own id of this customer, exactly as its browser tag sends it. */
    public Customer externalId(@Nullable String externalId) {
        return with(MatchKey.EXTERNAL_ID, "externalId", externalId, Normal::externalId, "is no id");
    }

    /** Apple's advertising id of the device. */
    public Customer idfa(@Nullable String idfa) {
        return with(MatchKey.MAID, "idfa", idfa, Normal::idfa, NO_MAID);
    }

    /** Google's advertising id of the device. */
    public Customer gaid(@Nullable String gaid) {
        return with(MatchKey.MAID, "gaid", gaid, Normal::gaid, NO_MAID);
    }

    /** Either, in the case in which the device gave it. */
    public Customer maid(@Nullable String maid) {
        return with(MatchKey.MAID, "maid", maid, Normal::maid, NO_MAID);
    }

    private static final String NO_MAID = "is no advertising id: it is 8-4-4-4-12 hex digits, and not all zeros";

    /** As {@link #email}, hashed already: 64 hex digits. */
    public Customer emailSha256(@Nullable String hash) {
        return hashed(MatchKey.EMAIL, "email", hash);
    }

    public Customer phoneSha256(@Nullable String hash) {
        return hashed(MatchKey.PHONE, "phone", hash);
    }

    public Customer firstNameSha256(@Nullable String hash) {
        return hashed(MatchKey.FIRST_NAME, "firstName", hash);
    }

    public Customer lastNameSha256(@Nullable String hash) {
        return hashed(MatchKey.LAST_NAME, "lastName", hash);
    }

    public Customer genderSha256(@Nullable String hash) {
        return hashed(MatchKey.GENDER, "gender", hash);
    }

    public Customer birthDateSha256(@Nullable String hash) {
        return hashed(MatchKey.BIRTH_DATE, "birthDate", hash);
    }

    public Customer citySha256(@Nullable String hash) {
        return hashed(MatchKey.CITY, "city", hash);
    }

    public Customer stateSha256(@Nullable String hash) {
        return hashed(MatchKey.STATE, "state", hash);
    }

    public Customer zipSha256(@Nullable String hash) {
        return hashed(MatchKey.ZIP, "zip", hash);
    }

    public Customer countrySha256(@Nullable String hash) {
        return hashed(MatchKey.COUNTRY, "country", hash);
    }

    public Customer externalIdSha256(@Nullable String hash) {
        return hashed(MatchKey.EXTERNAL_ID, "externalId", hash);
    }

    public Customer maidSha256(@Nullable String hash) {
        return hashed(MatchKey.MAID, "maid", hash);
    }

    /** The id of an identity partner of Pinterest's, such as a RampID. It travels in clear; the last one counts. */
    public Customer partnerId(@Nullable String id) {
        String clean = Text.clean(id);
        return clean == null ? this : new Customer(hashes, clean, problems);
    }

    /** Values that were left out or will hardly match, by field; never the values. */
    public List<Problem> problems() {
        return problems;
    }

    List<String> hashes(MatchKey key) {
        List<String> known = new ArrayList<>();
        byte[] digits = hashes[key.place];
        for (int at = 0; at < digits.length; at += RawValue.HEX_DIGITS) {
            known.add(new String(digits, at, RawValue.HEX_DIGITS, StandardCharsets.ISO_8859_1));
        }
        return known;
    }

    boolean has(MatchKey key) {
        return hashes[key.place].length > 0;
    }

    /** Nothing where none is known. */
    void write(MatchKey key, JsonText json, String name) {
        if (has(key)) {
            json.plains(name, hashes[key.place], RawValue.HEX_DIGITS);
        }
    }

    @Nullable
    String partnerId() {
        return partnerId;
    }

    private Customer with(MatchKey key, String field, @Nullable String raw, Normal.Rule form, String rule) {
        if (raw == null || raw.isBlank()) {
            return this;
        }
        try (RawValue value = RawValue.of(raw)) {
            return form.normalise(value) ? withHash(key, value.sha256()) : noting(field, rule + ". Left out.");
        }
    }

    private Customer hashed(MatchKey key, String field, @Nullable String raw) {
        if (raw == null || raw.isBlank()) {
            return this;
        }
        try (RawValue value = RawValue.of(raw)) {
            return Normal.isSha256(value)
                    ? withHash(key, value.text().getBytes(StandardCharsets.ISO_8859_1))
                    : noting(
                            field + "Sha256",
                            "is not the 64 hex digits of a SHA-256; a raw value belongs in " + field + ". Left out.");
        }
    }

    private Customer withHash(MatchKey key, byte[] hash) {
        byte[] known = hashes[key.place];
        for (int at = 0; at < known.length; at += hash.length) {
            if (Arrays.equals(known, at, at + hash.length, hash, 0, hash.length)) {
                return this;
            }
        }
        byte[][] more = hashes.clone();
        more[key.place] = known.length == 0 ? hash : behind(known, hash);
        return new Customer(more, partnerId, problems);
    }

    private static byte[] behind(byte[] known, byte[] hash) {
        byte[] longer = Arrays.copyOf(known, known.length + hash.length);
        System.arraycopy(hash, 0, longer, known.length, hash.length);
        return longer;
    }

    private Customer noting(String field, String message) {
        List<Problem> more = new ArrayList<>(problems);
        more.add(Problem.warning(field, message));
        return new Customer(hashes, partnerId, List.copyOf(more));
    }

    /** The kinds of values known, never a value. */
    @Override
    public String toString() {
        return "Customer" + MatchKey.ALL.stream().filter(this::has).toList();
    }
}
