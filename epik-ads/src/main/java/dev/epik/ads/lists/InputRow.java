// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

import dev.epik.ads.json.Fields;
import dev.epik.ads.json.Json;
import dev.epik.capi.address.IpAddress;
import dev.epik.capi.event.normalize.NormalForm;
import dev.epik.capi.fast.HashInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A row as it is sent: what must be hashed is hashed, by the code that hashes conversion events. Immutable.
 *
 * @param fields by their names in {@code records_v2}
 * @param problems what is wrong with it, by field; never a value
 */
public record InputRow(Map<String, String> fields, List<String> problems) {
    private static final String EMAIL = "email";
    private static final String PHONE = "hashed_phone_number";
    private static final String MAID = "maid";
    private static final String EXTERNAL_ID = "external_id";

    /** The limit of the fake's shape; Pinterest publishes none. */
    private static final int MAX_TEXT_LENGTH = 2000;

    /** Characters that a faulty export leaves around an address. They would be hashed too. */
    private static final Pattern MARKUP = Pattern.compile("[\"<>,;:()\\[\\]\\\\\\p{Cc}\ufffd]|^'");

    /** Returns a row that cannot be used. */
    static InputRow invalid(String problem) {
        return new InputRow(Map.of(), List.of(problem));
    }

    /** Returns the SHA-256 hashes by which a person can be suppressed: email, phone, maid and external id. */
    public Set<String> hashes() {
        Set<String> hashes = new LinkedHashSet<>();
        for (String name : List.of(EMAIL, PHONE, MAID)) {
            if (fields.containsKey(name)) {
                hashes.add(fields.get(name));
            }
        }
        String externalId = fields.get(EXTERNAL_ID);
        if (externalId != null) {
            try (HashInput input = HashInput.of(externalId)) {
                hashes.add(new String(input.sha256(), StandardCharsets.US_ASCII));
            }
        }
        return hashes;
    }

    /** Returns the problems of this row in a list of this form; empty if it can be sent. */
    List<String> problems(ListForm form) {
        if (!problems.isEmpty()) {
            return problems;
        }
        if (form == ListForm.EMAILS && !fields.containsKey(EMAIL)) {
            return List.of("has no email");
        }
        boolean hasKey = fields.keySet().stream().anyMatch(Set.of(EMAIL, PHONE, MAID, EXTERNAL_ID)::contains);
        return hasKey ? List.of() : List.of("has neither email, phone, maid nor external_id");
    }

    /** Returns the bytes that are sealed: the hash of the email, or the fields as JSON. */
    byte[] content(ListForm form) {
        return form == ListForm.EMAILS
                ? HexFormat.of().parseHex(fields.getOrDefault(EMAIL, ""))
                : Json.write(fields).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns what is sent for a content: a string of {@code records}, or an object of {@code records_v2}. */
    static Object wire(ListForm form, byte[] content) {
        if (form == ListForm.EMAILS) {
            return HexFormat.of().formatHex(content);
        }
        try {
            return Fields.of(Json.read(new String(content, StandardCharsets.UTF_8)))
                    .json();
        } catch (IOException e) {
            throw new ListException("A row of the list is damaged. " + ListException.START_AGAIN);
        }
    }

    /** Collects the fields of a row and hashes them at once. Null and blank values are ignored. Not thread-safe. */
    public static final class Builder {
        private final Map<String, String> fields = new LinkedHashMap<>();
        private final List<String> problems = new ArrayList<>();

        public Builder email(@Nullable String raw) {
            if (raw != null && MARKUP.matcher(raw.strip()).find()) { // the hash would match no person
                problems.add("email has characters around the address, such as a separator or brackets");
                return this;
            }
            return hashed(EMAIL, raw, NormalForm::email, "email is not an email address: it needs one @, and no space");
        }

        public Builder emailSha256(@Nullable String hash) {
            return hash(EMAIL, "email_sha256", hash);
        }

        public Builder phone(@Nullable String raw) {
            if (raw != null && NormalForm.isNational(raw)) {
                problems.add("phone begins with a single 0, so its country code is missing: give +49..., not 0...");
                return this;
            }
            if (raw != null && NormalForm.isDecimal(raw.strip())) { // a spreadsheet drops leading zeros, too
                problems.add("phone ends with .0, as a number of a spreadsheet does: export it as text");
                return this;
            }
            return hashed(
                    PHONE,
                    raw,
                    NormalForm::phone,
                    "phone is not a phone number: give 7 to 15 digits with the country code");
        }

        public Builder phoneSha256(@Nullable String hash) {
            return hash(PHONE, "phone_sha256", hash);
        }

        public Builder maid(@Nullable String raw) {
            return hashed(
                    MAID,
                    raw,
                    NormalForm::maid,
                    "maid is not an advertising id: it is 8-4-4-4-12 hex digits, and not all zeros");
        }

        public Builder maidSha256(@Nullable String hash) {
            return hash(MAID, "maid_sha256", hash);
        }

        public Builder externalId(@Nullable String raw) {
            if (raw != null && raw.indexOf('@') >= 0) {
                problems.add(
                        "external_id has an @, and it is sent unhashed: put email addresses into the column email");
                return this;
            }
            return plain(EXTERNAL_ID, raw, NormalForm::externalId, "external_id is empty once spaces are removed");
        }

        public Builder ipAddress(@Nullable String raw) {
            String bare = raw == null || raw.isBlank() ? null : IpAddress.bare(raw.strip());
            if (bare != null) {
                fields.put("ip_address", bare);
            } else if (raw != null && !raw.isBlank()) {
                problems.add("ip_address is not an IP address");
            }
            return this;
        }

        public Builder userAgent(@Nullable String raw) {
            return plain("user_agent", raw, value -> value.visible().trim().length() > 0, "user_agent is empty");
        }

        public Builder problem(String problem) {
            problems.add(problem);
            return this;
        }

        private Builder hash(String field, String column, @Nullable String hash) {
            return plain(field, hash, NormalForm::sha256, column + " is not a SHA-256 of 64 hex digits");
        }

        private Builder hashed(String field, @Nullable String raw, NormalForm.Rule rule, String problem) {
            if (raw != null && !raw.isBlank()) {
                try (HashInput value = HashInput.of(raw)) {
                    if (rule.normalize(value)) {
                        fields.put(field, new String(value.sha256(), StandardCharsets.US_ASCII));
                    } else {
                        problems.add(problem);
                    }
                }
            }
            return this;
        }

        private Builder plain(String field, @Nullable String raw, NormalForm.Rule rule, String problem) {
            if (raw != null && !raw.isBlank()) {
                try (HashInput value = HashInput.of(raw)) {
                    if (rule.normalize(value) && value.length() <= MAX_TEXT_LENGTH) {
                        fields.put(field, value.text());
                    } else {
                        problems.add(value.length() > MAX_TEXT_LENGTH ? field + " is too long" : problem);
                    }
                }
            }
            return this;
        }

        /** Returns the row. Its fields have a fixed order, so that equal rows have equal bytes. */
        public InputRow build() {
            Map<String, String> ordered = new LinkedHashMap<>();
            for (String name : List.of(EMAIL, MAID, PHONE, EXTERNAL_ID, "ip_address", "user_agent")) {
                String value = fields.get(name);
                if (value != null) {
                    ordered.put(name, value);
                }
            }
            return new InputRow(java.util.Collections.unmodifiableMap(ordered), List.copyOf(problems));
        }
    }

    /** Shows the names of the fields, and no value. */
    @Override
    public String toString() {
        return "InputRow" + fields.keySet();
    }
}
