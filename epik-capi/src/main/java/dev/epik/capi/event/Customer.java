// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.event;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who bought, as far as the shop knows, in the form that Pinterest matches: normalised and hashed with SHA-256 in the very
 * call that names it. No method gives a raw value back, and none is kept.
 *
 * <p>Null and blank values are taken as unknown. A value that Pinterest could not match, such as an email without
 * {@code @}, is left out and noted in {@link #problems()}: it costs a match, never the sale. A method called twice sends
 * both values.
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
        EXTERNAL_ID
    }

    private static final Customer UNKNOWN = new Customer(Map.of(), List.of());

    private final Map<MatchKey, List<String>> hashes;
    private final List<Problem> problems;

    private Customer(Map<MatchKey, List<String>> hashes, List<Problem> problems) {
        this.hashes = hashes;
        this.problems = problems;
    }

    public static Customer unknown() {
        return UNKNOWN;
    }

    /** Trimmed and in lower case. */
    public Customer email(@Nullable String email) {
        return with(MatchKey.EMAIL, "email", email, Normal::email, "no email address: it needs one @, and no space");
    }

    /** With the country code, in any notation: {@code +1 (555) 010-9999}. */
    public Customer phone(@Nullable String phone) {
        return with(
                MatchKey.PHONE, "phone", phone, Normal::phone, "no phone number: 7 to 15 digits with the country code");
    }

    public Customer firstName(@Nullable String firstName) {
        return with(MatchKey.FIRST_NAME, "firstName", firstName, Normal::name, "no name");
    }

    public Customer lastName(@Nullable String lastName) {
        return with(MatchKey.LAST_NAME, "lastName", lastName, Normal::name, "no name");
    }

    /** {@code f}, {@code m} or {@code n}. */
    public Customer gender(@Nullable String gender) {
        return with(MatchKey.GENDER, "gender", gender, Normal::gender, "none of f, m and n");
    }

    public Customer birthDate(@Nullable LocalDate birthDate) {
        String date = birthDate == null ? null : Normal.birthDate(birthDate);
        return with(MatchKey.BIRTH_DATE, "birthDate", date, normal -> normal, "no date");
    }

    public Customer city(@Nullable String city) {
        return with(MatchKey.CITY, "city", city, Normal::city, "no city: it has no letter");
    }

    /** The two-letter code, such as {@code CA}. */
    public Customer state(@Nullable String state) {
        return with(MatchKey.STATE, "state", state, Normal::state, "no state: use its two-letter code, such as CA");
    }

    public Customer zip(@Nullable String zip) {
        return with(MatchKey.ZIP, "zip", zip, Normal::zip, "no postal code: it has neither digit nor letter");
    }

    /** ISO 3166-1 alpha-2, such as {@code GB}. */
    public Customer country(@Nullable String country) {
        return with(
                MatchKey.COUNTRY, "country", country, Normal::country, "no country: use its ISO 3166 code, such as GB");
    }

    /** The shop's own id of this customer, exactly as its browser tag sends it. */
    public Customer externalId(@Nullable String externalId) {
        return with(MatchKey.EXTERNAL_ID, "externalId", externalId, Normal::externalId, "no id");
    }

    /** Values that were left out, by field; never the values. */
    public List<Problem> problems() {
        return problems;
    }

    List<String> hashes(MatchKey key) {
        return hashes.getOrDefault(key, List.of());
    }

    private Customer with(
            MatchKey key,
            String field,
            @Nullable String raw,
            Function<String, @Nullable String> normalise,
            String rule) {
        if (raw == null || raw.isBlank()) {
            return this;
        }
        String normal = normalise.apply(raw);
        if (normal == null) {
            return new Customer(hashes, appended(problems, new Problem(field, rule + ". Left out.")));
        }
        Map<MatchKey, List<String>> more = new EnumMap<>(MatchKey.class);
        more.putAll(hashes);
        List<String> known = hashes(key);
        String hash = Sha256.hex(normal);
        more.put(key, known.contains(hash) ? known : appended(known, hash));
        return new Customer(more, problems);
    }

    private static <T> List<T> appended(List<T> list, T last) {
        List<T> longer = new ArrayList<>(list);
        longer.add(last);
        return List.copyOf(longer);
    }

    /** The kinds of values known, never a value. */
    @Override
    public String toString() {
        return "Customer" + hashes.keySet();
    }
}
