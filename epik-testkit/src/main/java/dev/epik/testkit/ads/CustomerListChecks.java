// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import static dev.epik.testkit.ads.CommonFields.FLAG;
import static dev.epik.testkit.ads.CommonFields.NAME;
import static dev.epik.testkit.ads.Shape.each;
import static dev.epik.testkit.ads.Shape.list;
import static dev.epik.testkit.ads.Shape.matching;
import static dev.epik.testkit.ads.Shape.object;
import static dev.epik.testkit.ads.Shape.oneOf;
import static dev.epik.testkit.ads.Shape.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The rules of a customer list, and the records of a request. */
final class CustomerListChecks {
    private static final String HASH = "[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}"; // MD5, SHA-1, SHA-256
    private static final Pattern HASHED = Pattern.compile(HASH);
    /** No upper-case letters, because Pinterest takes lower-case addresses only. */
    private static final String EMAIL = "[^@\\s,A-Z]{1,64}@[^@\\s,A-Z]{1,255}";

    private static final Pattern HASHED_OR_EMAIL = Pattern.compile(HASH + "|" + EMAIL);
    /** The ids of other companies, which are not hashes. */
    private static final Set<String> PARTNER_TYPES = Set.of("LR_ID", "DLX_ID");

    private static final FieldType ROW = object(Shape.of(
            "",
            each(matching(HASH + "|" + EMAIL), "email"),
            each(text(1, 64), "maid"),
            each(matching(HASH), "hashed_phone_number hashed_pinner_id"),
            each(text(1, 2000), "external_id ip_address user_agent liveramp_envelope")));

    static final Shape CREATE = Shape.of(
            "name",
            each(NAME, "name"),
            each(text(1, Integer.MAX_VALUE), "records"),
            each(list(ROW, 1, Integer.MAX_VALUE), "records_v2"),
            each(oneOf("EMAIL IDFA MAID LR_ID DLX_ID HASHED_PINNER_ID"), "list_type"),
            each(FLAG, "is_nca"));

    static final Shape UPDATE = Shape.of(
            "operation_type",
            each(oneOf("ADD REMOVE"), "operation_type"),
            each(text(1, Integer.MAX_VALUE), "records"),
            each(list(ROW, 1, Integer.MAX_VALUE), "records_v2"));

    private CustomerListChecks() {}

    /** Returns the first rule that the records of a request break. */
    static Optional<ApiError> violation(Entity request, String listType, int maxRecords) {
        if (request.has("records") == request.has("records_v2")) {
            return invalid("Provide exactly one of records and records_v2.");
        }
        List<Map<String, String>> rows = rows(request, listType);
        if (rows.size() > maxRecords) {
            return invalid("Provide at most " + maxRecords + " records in a request.");
        }
        if (rows.stream().anyMatch(Map::isEmpty)) {
            return invalid("A record must not be empty.");
        }
        if (request.has("records_v2")) {
            return Optional.empty(); // its shape has the rules
        }
        if (PARTNER_TYPES.contains(listType)) {
            return Optional.empty();
        }
        Pattern allowed = listType.equals("EMAIL") ? HASHED_OR_EMAIL : HASHED;
        boolean valid = rows.stream()
                .flatMap(row -> row.values().stream())
                .allMatch(record -> allowed.matcher(record).matches());
        return valid
                ? Optional.empty()
                : invalid("Each record must be hashed in lower case; an email may be in plain text and lower case.");
    }

    /** Returns the records of a request. A record of {@code records} is a row with one field, such as {@code email}. */
    static List<Map<String, String>> rows(Entity request, String listType) {
        List<Map<String, String>> rows = new ArrayList<>();
        String field = listType.toLowerCase(Locale.ROOT);
        if (request.has("records")) {
            for (String record : request.text("records").split(",", -1)) {
                rows.add(record.isEmpty() ? Map.of() : Map.of(field, record));
            }
        }
        for (Object row : request.list("records_v2")) {
            rows.add(Entity.of(row).fields().entrySet().stream()
                    .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> (String) entry.getValue())));
        }
        return rows;
    }

    private static Optional<ApiError> invalid(String message) {
        return Optional.of(ApiError.invalid(message));
    }
}
