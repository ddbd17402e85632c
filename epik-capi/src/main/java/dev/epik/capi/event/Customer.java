// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import dev.epik.capi.event.data.FieldWarning;
import dev.epik.capi.event.data.HashedKeys;
import dev.epik.capi.event.data.MatchKey;
import dev.epik.capi.event.normalize.NormalForm;
import dev.epik.capi.event.normalize.Text;
import dev.epik.capi.fast.HashInput;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The buyer, as far as the shop knows, in the form that Pinterest matches. The {@link Builder} normalises each value
 * and hashes it with SHA-256 in the same call. No method returns a raw value, and none is kept. Names in scripts other
 * than Latin, and dates of birth, may leave unreachable copies on the heap until the next garbage collection.
 *
 * <p>A value that Pinterest could not match, such as an email without {@code @}, is left out and listed in
 * {@link #problems()}: it costs a match, never the sale. A method of the builder that is called twice sends both
 * values.
 *
 * <p>Each field has two methods: {@code email} takes the value and hashes it; {@code emailSha256} takes a hash that was
 * made elsewhere from the normalised value, by Pinterest's rules. Neither guesses which of the two a text is.
 *
 * <p>A hash is personal data too, because it can be computed from the address. Immutable.
 */
public final class Customer {
    private static final Customer UNKNOWN = new Customer(HashedKeys.NONE, null, List.of());

    final HashedKeys hashes;
    final @Nullable String partnerId;
    final List<FieldWarning> warnings;

    private Customer(HashedKeys hashes, @Nullable String partnerId, List<FieldWarning> warnings) {
        this.hashes = hashes;
        this.partnerId = partnerId;
        this.warnings = warnings;
    }

    /** Returns a customer of whom nothing is known. */
    public static Customer unknown() {
        return UNKNOWN;
    }

    /** Returns a builder that knows nothing yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns what was left out or will hardly match, by field; never the values. All of them are warnings. */
    public List<Problem> problems() {
        return warnings.stream()
                .map(warning -> new Problem(Problem.Severity.WARNING, warning.field(), warning.message()))
                .toList();
    }

    /** Shows which match keys are known, and no value. */
    @Override
    public String toString() {
        return "Customer" + hashes.known();
    }

    /**
     * Collects what is known of a customer, and hashes each value at once. Null and blank values are ignored. A value
     * that is not valid is left out with a warning.
     *
     * <p>Not thread-safe.
     */
    public static final class Builder {
        private static final String INVALID_MAID =
                "is not an advertising id: it is 8-4-4-4-12 hex digits, and not all zeros";

        private final HashedKeys.Builder hashes = new HashedKeys.Builder();

        @Nullable
        private String partnerId;

        private List<FieldWarning> warnings = List.of();

        private Builder() {}

        /** Adds an email address. It is trimmed and converted to lower case. */
        public Builder email(@Nullable String email) {
            return with(
                    MatchKey.EMAIL,
                    "email",
                    email,
                    NormalForm::email,
                    "is not an email address: it needs one @, and no space");
        }

        /**
         * Adds a phone number with its country code, in any notation and with the digits of any script: {@code +1 (555)
         * 010-9999}. A number without the code (its first digit is a single 0) is sent with a warning.
         */
        public Builder phone(@Nullable String phone) {
            int warningsBefore = warnings.size();
            with(
                    MatchKey.PHONE,
                    "phone",
                    phone,
                    NormalForm::phone,
                    "is not a phone number: give 7 to 15 digits with the country code");
            return phone != null && warnings.size() == warningsBefore && NormalForm.isNational(phone)
                    ? warn("phone", "begins with a single 0, so its country code is missing: give +49..., not 0...")
                    : this;
        }

        /** Adds a first name. */
        public Builder firstName(@Nullable String firstName) {
            return with(
                    MatchKey.FIRST_NAME, "firstName", firstName, NormalForm::name, "is not a name: it has no letter");
        }

        /** Adds a last name. */
        public Builder lastName(@Nullable String lastName) {
            return with(MatchKey.LAST_NAME, "lastName", lastName, NormalForm::name, "is not a name: it has no letter");
        }

        /** Adds a gender: {@code f}, {@code m}, {@code n}, or one of the English words for them. */
        public Builder gender(@Nullable String gender) {
            return with(MatchKey.GENDER, "gender", gender, NormalForm::gender, "is invalid: give f, m or n");
        }

        /** Adds a date of birth; the year is 1890 to 2099. */
        public Builder birthDate(@Nullable LocalDate birthDate) {
            return birthDate(birthDate == null ? null : birthDate.toString());
        }

        /** Adds a date of birth, as {@code 1990-02-28} or {@code 19900228}; the year is 1890 to 2099. */
        public Builder birthDate(@Nullable String isoDate) {
            return with(
                    MatchKey.BIRTH_DATE,
                    "birthDate",
                    isoDate,
                    NormalForm::birthDate,
                    "is not a date of birth: give it as 1990-02-28");
        }

        /** Adds a city. */
        public Builder city(@Nullable String city) {
            return with(MatchKey.CITY, "city", city, NormalForm::city, "is not a city: it has no letter");
        }

        /** Adds a state by its two-letter code, such as {@code CA}. */
        public Builder state(@Nullable String state) {
            return with(
                    MatchKey.STATE,
                    "state",
                    state,
                    NormalForm::state,
                    "is not a state: give its two-letter code, such as CA");
        }

        /** Adds a postal code. */
        public Builder zip(@Nullable String zip) {
            return with(
                    MatchKey.ZIP, "zip", zip, NormalForm::zip, "is not a postal code: it has neither digit nor letter");
        }

        /** Adds a country by its code of ISO 3166-1 alpha-2, such as {@code GB}. */
        public Builder country(@Nullable String country) {
            return with(
                    MatchKey.COUNTRY,
                    "country",
                    country,
                    NormalForm::country,
                    "is not a country: give its ISO 3166 code, such as GB");
        }

        /** Adds the shop's own id of this customer, exactly as its browser tag sends it. */
        public Builder externalId(@Nullable String externalId) {
            return with(
                    MatchKey.EXTERNAL_ID,
                    "externalId",
                    externalId,
                    NormalForm::externalId,
                    "is not an id: it is empty once spaces are removed");
        }

        /** Adds Apple's advertising id of the device. Its case does not matter. */
        public Builder idfa(@Nullable String idfa) {
            return with(MatchKey.MAID, "idfa", idfa, NormalForm::idfa, INVALID_MAID);
        }

        /** Adds Google's advertising id of the device. Its case does not matter. */
        public Builder gaid(@Nullable String gaid) {
            return with(MatchKey.MAID, "gaid", gaid, NormalForm::gaid, INVALID_MAID);
        }

        /** Adds the advertising id of Apple or Google, in the case in which the device returned it. */
        public Builder maid(@Nullable String maid) {
            return with(MatchKey.MAID, "maid", maid, NormalForm::maid, INVALID_MAID);
        }

        /** Adds the SHA-256 of a normalised email address, as 64 hex digits. */
        public Builder emailSha256(@Nullable String hash) {
            return hashed(MatchKey.EMAIL, "email", hash);
        }

        /** Adds the SHA-256 of a normalised phone number, as 64 hex digits. */
        public Builder phoneSha256(@Nullable String hash) {
            return hashed(MatchKey.PHONE, "phone", hash);
        }

        /** Adds the SHA-256 of a normalised first name, as 64 hex digits. */
        public Builder firstNameSha256(@Nullable String hash) {
            return hashed(MatchKey.FIRST_NAME, "firstName", hash);
        }

        /** Adds the SHA-256 of a normalised last name, as 64 hex digits. */
        public Builder lastNameSha256(@Nullable String hash) {
            return hashed(MatchKey.LAST_NAME, "lastName", hash);
        }

        /** Adds the SHA-256 of a normalised gender, as 64 hex digits. */
        public Builder genderSha256(@Nullable String hash) {
            return hashed(MatchKey.GENDER, "gender", hash);
        }

        /** Adds the SHA-256 of a normalised date of birth, as 64 hex digits. */
        public Builder birthDateSha256(@Nullable String hash) {
            return hashed(MatchKey.BIRTH_DATE, "birthDate", hash);
        }

        /** Adds the SHA-256 of a normalised city, as 64 hex digits. */
        public Builder citySha256(@Nullable String hash) {
            return hashed(MatchKey.CITY, "city", hash);
        }

        /** Adds the SHA-256 of a normalised state, as 64 hex digits. */
        public Builder stateSha256(@Nullable String hash) {
            return hashed(MatchKey.STATE, "state", hash);
        }

        /** Adds the SHA-256 of a normalised postal code, as 64 hex digits. */
        public Builder zipSha256(@Nullable String hash) {
            return hashed(MatchKey.ZIP, "zip", hash);
        }

        /** Adds the SHA-256 of a normalised country, as 64 hex digits. */
        public Builder countrySha256(@Nullable String hash) {
            return hashed(MatchKey.COUNTRY, "country", hash);
        }

        /** Adds the SHA-256 of the shop's own id of this customer, as 64 hex digits. */
        public Builder externalIdSha256(@Nullable String hash) {
            return hashed(MatchKey.EXTERNAL_ID, "externalId", hash);
        }

        /** Adds the SHA-256 of an advertising id, as 64 hex digits. */
        public Builder maidSha256(@Nullable String hash) {
            return hashed(MatchKey.MAID, "maid", hash);
        }

        /**
         * Sets the id that an identity partner of Pinterest uses, such as a RampID. It is sent unhashed. Only the last
         * one is sent.
         */
        public Builder partnerId(@Nullable String id) {
            String clean = Text.clean(id);
            partnerId = clean == null ? partnerId : clean;
            return this;
        }

        /** Returns the customer. The builder can be used again and keeps its values. */
        public Customer build() {
            return new Customer(hashes.build(), partnerId, List.copyOf(warnings));
        }

        private Builder with(MatchKey key, String field, @Nullable String raw, NormalForm.Rule rule, String message) {
            if (raw == null || raw.isBlank()) {
                return this;
            }
            try (HashInput value = HashInput.of(raw)) {
                if (!rule.normalize(value)) {
                    return warn(field, message + ". Left out.");
                }
                hashes.add(key, value.sha256());
                return this;
            }
        }

        private Builder hashed(MatchKey key, String field, @Nullable String raw) {
            if (raw == null || raw.isBlank()) {
                return this;
            }
            try (HashInput value = HashInput.of(raw)) {
                if (!NormalForm.sha256(value)) {
                    return warn(
                            field + "Sha256",
                            "is not the 64 hex digits of a SHA-256; a raw value belongs in " + field + ". Left out.");
                }
                hashes.add(key, value.text().getBytes(StandardCharsets.ISO_8859_1));
                return this;
            }
        }

        private Builder warn(String field, String message) {
            if (warnings.isEmpty()) {
                warnings = new ArrayList<>();
            }
            warnings.add(new FieldWarning(field, message));
            return this;
        }
    }
}
