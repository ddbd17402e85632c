// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import static dev.epik.testkit.ads.CommonFields.FLAG;
import static dev.epik.testkit.ads.CommonFields.ID;
import static dev.epik.testkit.ads.CommonFields.NAME;
import static dev.epik.testkit.ads.Shape.anyObject;
import static dev.epik.testkit.ads.Shape.each;
import static dev.epik.testkit.ads.Shape.either;
import static dev.epik.testkit.ads.Shape.integer;
import static dev.epik.testkit.ads.Shape.list;
import static dev.epik.testkit.ads.Shape.matching;
import static dev.epik.testkit.ads.Shape.nullable;
import static dev.epik.testkit.ads.Shape.object;
import static dev.epik.testkit.ads.Shape.oneOf;
import static dev.epik.testkit.ads.Shape.text;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The rules of an audience. */
final class AudienceChecks {
    private static final int MANY = 1000;
    private static final FieldType IDS = list(ID, 1, MANY);
    private static final FieldType TEXTS = list(text(1, 2000), 1, MANY);

    static final FieldType RULE = object(Shape.of(
            "",
            each(ID, "ad_account_id customer_list_id"),
            each(either(ID, IDS), "visitor_source_id"),
            each(IDS, "seed_id pin_id ad_id campaign_id"),
            each(matching("[A-Z]{2}"), "country"),
            each(either(integer(1, 10), matching("[1-9]|10")), "percentage"),
            each(integer(1, 540), "retention_days"),
            each(text(1, 100), "event"),
            each(oneOf("click save closeup comment like"), "engagement_type"),
            each(integer(1, 2), "engager_type"),
            each(TEXTS, "engagement_domain objective_type"),
            each(either(TEXTS, anyObject()), "url"),
            each(anyObject(), "event_data event_source ingestion_source"),
            each(FLAG, "prefill")));

    static final Shape CREATE = Shape.of(
            "name audience_type rule",
            each(NAME, "name"),
            each(oneOf("CUSTOMER_LIST VISITOR ENGAGEMENT ACTALIKE PERSONA"), "audience_type"),
            each(RULE, "rule"),
            each(nullable(text(0, 1000)), "description"),
            each(ID, "ad_account_id"),
            each(FLAG, "is_nca"));

    static final Shape UPDATE = CREATE.but("", each(oneOf("UPDATE REMOVE"), "operation_type"));

    static final Map<String, Object> DEFAULTS = Map.of("status", "INITIALIZING");

    private AudienceChecks() {}

    /**
     * Returns the first rule that an audience breaks.
     *
     * @param lists whether the ad account has a customer list with this id
     * @param audiences whether the ad account has an audience with this id
     */
    static Optional<ApiError> violation(Entity audience, Predicate<String> lists, Predicate<String> audiences) {
        Entity rule = audience.object("rule");
        return switch (audience.text("audience_type")) {
            case "CUSTOMER_LIST" -> customerList(rule, lists);
            case "VISITOR" ->
                rule.has("event_data") && !rule.has("event")
                        ? invalid("event_data requires event.")
                        : required(rule, "visitor_source_id");
            case "ENGAGEMENT" -> required(rule, "engagement_domain");
            case "ACTALIKE" ->
                required(rule, "seed_id")
                        .or(() -> required(rule, "country"))
                        .or(() -> required(rule, "percentage"))
                        .or(() -> rule.list("seed_id").stream()
                                .map(id -> (String) id)
                                .filter(audiences.negate())
                                .findFirst()
                                .map(id -> ApiError.notFound("Audience", id)));
            default -> invalid("This audience_type cannot be created.");
        };
    }

    private static Optional<ApiError> customerList(Entity rule, Predicate<String> lists) {
        String id = rule.text("customer_list_id");
        return required(rule, "customer_list_id")
                .or(() -> lists.test(id) ? Optional.empty() : Optional.of(ApiError.notFound("Customer list", id)));
    }

    private static Optional<ApiError> required(Entity rule, String name) {
        return rule.has(name) ? Optional.empty() : invalid("rule requires " + name + " with this audience_type.");
    }

    private static Optional<ApiError> invalid(String message) {
        return Optional.of(ApiError.invalid(message));
    }
}
