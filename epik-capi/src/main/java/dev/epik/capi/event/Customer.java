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
 * The buyer, as far as the shop knows, in the form that Pinterest matches. The {@link Builder} normalises each value and
 * hashes it with SHA-256 in the same call. No method returns a raw value, and none is kept. Names in scripts other than
 * Latin, and dates of birth, may leave unreachable copies on the heap until the next garbage collection.
 *
 * <p>A value that Pinterest could not match, such as an email without {@code @}, is left out and listed in
 * {@link #problems()}: it costs a match, never the sale. A method of the builder that is called twice sends both values.
 *
 * <p>Each field has two methods: {@code email} takes the value and hashes it; {@code emailSha256} takes a hash that was
 * made elsewhere from the normalised value, by Pinterest's rules. Neither guesses which of the two a text is.
 *
 * <p>A hash is personal data too, because anybody who has the address can compute it. Immutable.
 */
public final class Customer {
    /** In the order of Pinterest's documentation. */
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

        /** The index in a customer's array. */
        @SuppressWarnings("EnumOrdinal") // never stored, never sent
        final int place = ordinal();
    }

    private static final Customer UNKNOWN = new Customer(new byte[MatchKey.ALL.size()][0], null, List.of());

    /** For each key, by {@link MatchKey#place}, its hashes in hex, one behind the other. Never changed. */
    final byte[][] hashes;

    private final @Nullable String partnerId;
    private final List<Problem> problems;

    private Customer(byte[][] hashes, @Nullable String partnerId, List<Problem> problems) {
        this.hashes = hashes;
        this.partnerId = partnerId;
        this.problems = problems;
    }

    /** Returns a customer of whom nothing is known. */
    public static Customer unknown() {
        return UNKNOWN;
    }

    /** Returns a builder that knows nothing yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns what was left out or will hardly match, by field; never the values. */
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

    /** Writes nothing if no value of the key is known. */
    void write(MatchKey key, JsonText json, String name) {
        if (has(key)) {
            json.plains(name, hashes[key.place], RawValue.HEX_DIGITS);
        }
    }

    @Nullable
    String partnerId() {
        return partnerId;
    }

    /** Shows which match keys are known, and no value. */
    @Override
    public String toString() {
        return "Customer" + MatchKey.ALL.stream().filter(this::has).toList();
    }

    /**
     * Collects what is known of a customer, and hashes each value at once. Null and blank values are ignored. Not
     * thread-safe.
     */
    public static final class Builder {
        private static final String NO_MAID =
                "is not an advertising id: it is 8-4-4-4-12 hex digits, and not all zeros";

        private final byte[][] hashes = UNKNOWN.hashes.clone();

        @Nullable
        private String partnerId;

        private List<Problem> problems = List.of();

        private Builder() {}

        /** Trimmed and in lower case. */
        public Builder email(@Nullable String email) {
            return with(
                    MatchKey.EMAIL,
                    "email",
                    email,
                    Normal::email,
                    "is not an email address: it needs one @, and no space");
        }

        /**
         * With the country code, in any notation and with the digits of any script: {@code +1 (555) 010-9999}. A number
         * without it (its first digit is a single 0) is sent with a warning.
         */
        public Builder phone(@Nullable String phone) {
            int problemsBefore = problems.size();
            with(
                    MatchKey.PHONE,
                    "phone",
                    phone,
                    Normal::phone,
                    "is not a phone number: give 7 to 15 digits with the country code");
            return phone != null && problems.size() == problemsBefore && Normal.isNational(phone)
                    ? warn("phone", "begins with a single 0, so its country code is missing: give +49..., not 0...")
                    : this;
        }

        public Builder firstName(@Nullable String firstName) {
            return with(MatchKey.FIRST_NAME, "firstName", firstName, Normal::name, "is not a name: it has no letter");
        }

        public Builder lastName(@Nullable String lastName) {
            return with(MatchKey.LAST_NAME, "lastName", lastName, Normal::name, "is not a name: it has no letter");
        }

        /** {@code f}, {@code m} or {@code n}; the English words are taken as well. */
        public Builder gender(@Nullable String gender) {
            return with(MatchKey.GENDER, "gender", gender, Normal::gender, "is invalid: give f, m or n");
        }

        public Builder birthDate(@Nullable LocalDate birthDate) {
            return birthDate(birthDate == null ? null : birthDate.toString());
        }

        /** {@code 1990-02-28} or {@code 19900228}. */
        public Builder birthDate(@Nullable String isoDate) {
            return with(
                    MatchKey.BIRTH_DATE,
                    "birthDate",
                    isoDate,
                    Normal::birthDate,
                    "is not a date of birth: give it as 1990-02-28");
        }

        public Builder city(@Nullable String city) {
            return with(MatchKey.CITY, "city", city, Normal::city, "is not a city: it has no letter");
        }

        /** The two-letter code, such as {@code CA}. */
        public Builder state(@Nullable String state) {
            return with(
                    MatchKey.STATE,
                    "state",
                    state,
                    Normal::state,
                    "is not a state: give its two-letter code, such as CA");
        }

        public Builder zip(@Nullable String zip) {
            return with(MatchKey.ZIP, "zip", zip, Normal::zip, "is not a postal code: it has neither digit nor letter");
        }

        /** ISO 3166-1 alpha-2, such as {@code GB}. */
        public Builder country(@Nullable String country) {
            return with(
                    MatchKey.COUNTRY,
                    "country",
                    country,
                    Normal::country,
                    "is not a country: give its ISO 3166 code, such as GB");
        }

        /** The shop's own id of this customer, exactly as its browser tag sends it. */
        public Builder externalId(@Nullable String externalId) {
            return with(
                    MatchKey.EXTERNAL_ID,
                    "externalId",
                    externalId,
                    Normal::externalId,
                    "is not an id: it is empty once spaces are removed");
        }

        /** Apple's advertising id of the device. */
        public Builder idfa(@Nullable String idfa) {
            return with(MatchKey.MAID, "idfa", idfa, Normal::idfa, NO_MAID);
        }

        /** Google's advertising id of the device. */
        public Builder gaid(@Nullable String gaid) {
            return with(MatchKey.MAID, "gaid", gaid, Normal::gaid, NO_MAID);
        }

        /** Either, in the case in which the device gave it. */
        public Builder maid(@Nullable String maid) {
            return with(MatchKey.MAID, "maid", maid, Normal::maid, NO_MAID);
        }

        /** As {@link #email}, hashed already: 64 hex digits. */
        public Builder emailSha256(@Nullable String hash) {
            return hashed(MatchKey.EMAIL, "email", hash);
        }

        public Builder phoneSha256(@Nullable String hash) {
            return hashed(MatchKey.PHONE, "phone", hash);
        }

        public Builder firstNameSha256(@Nullable String hash) {
            return hashed(MatchKey.FIRST_NAME, "firstName", hash);
        }

        public Builder lastNameSha256(@Nullable String hash) {
            return hashed(MatchKey.LAST_NAME, "lastName", hash);
        }

        public Builder genderSha256(@Nullable String hash) {
            return hashed(MatchKey.GENDER, "gender", hash);
        }

        public Builder birthDateSha256(@Nullable String hash) {
            return hashed(MatchKey.BIRTH_DATE, "birthDate", hash);
        }

        public Builder citySha256(@Nullable String hash) {
            return hashed(MatchKey.CITY, "city", hash);
        }

        public Builder stateSha256(@Nullable String hash) {
            return hashed(MatchKey.STATE, "state", hash);
        }

        public Builder zipSha256(@Nullable String hash) {
            return hashed(MatchKey.ZIP, "zip", hash);
        }

        public Builder countrySha256(@Nullable String hash) {
            return hashed(MatchKey.COUNTRY, "country", hash);
        }

        public Builder externalIdSha256(@Nullable String hash) {
            return hashed(MatchKey.EXTERNAL_ID, "externalId", hash);
        }

        public Builder maidSha256(@Nullable String hash) {
            return hashed(MatchKey.MAID, "maid", hash);
        }

        /** The id of an identity partner of Pinterest's, such as a RampID. It travels in clear; the last one counts. */
        public Builder partnerId(@Nullable String id) {
            String clean = Text.clean(id);
            partnerId = clean == null ? partnerId : clean;
            return this;
        }

        /** Returns the customer. The builder can be used on. */
        public Customer build() {
            return new Customer(hashes.clone(), partnerId, List.copyOf(problems));
        }

        private Builder with(MatchKey key, String field, @Nullable String raw, Normal.Rule form, String rule) {
            if (raw == null || raw.isBlank()) {
                return this;
            }
            try (RawValue value = RawValue.of(raw)) {
                return form.normalise(value) ? withHash(key, value.sha256()) : warn(field, rule + ". Left out.");
            }
        }

        private Builder hashed(MatchKey key, String field, @Nullable String raw) {
            if (raw == null || raw.isBlank()) {
                return this;
            }
            try (RawValue value = RawValue.of(raw)) {
                return Normal.isSha256(value)
                        ? withHash(key, value.text().getBytes(StandardCharsets.ISO_8859_1))
                        : warn(
                                field + "Sha256",
                                "is not the 64 hex digits of a SHA-256; a raw value belongs in " + field
                                        + ". Left out.");
            }
        }

        private Builder withHash(MatchKey key, byte[] hash) {
            byte[] known = hashes[key.place];
            for (int at = 0; at < known.length; at += hash.length) {
                if (Arrays.equals(known, at, at + hash.length, hash, 0, hash.length)) {
                    return this;
                }
            }
            hashes[key.place] = known.length == 0 ? hash : concat(known, hash);
            return this;
        }

        private static byte[] concat(byte[] known, byte[] hash) {
            byte[] longer = Arrays.copyOf(known, known.length + hash.length);
            System.arraycopy(hash, 0, longer, known.length, hash.length);
            return longer;
        }

        private Builder warn(String field, String message) {
            if (problems.isEmpty()) {
                problems = new ArrayList<>();
            }
            problems.add(Problem.warning(field, message));
            return this;
        }
    }
}
