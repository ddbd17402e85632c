// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import static dev.epik.testkit.ads.CommonFields.ID;
import static dev.epik.testkit.ads.Shape.each;
import static dev.epik.testkit.ads.Shape.integer;
import static dev.epik.testkit.ads.Shape.list;
import static dev.epik.testkit.ads.Shape.matching;
import static dev.epik.testkit.ads.Shape.nullable;
import static dev.epik.testkit.ads.Shape.object;
import static dev.epik.testkit.ads.Shape.oneOf;
import static dev.epik.testkit.ads.Shape.text;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The rules of {@code targeting_spec}. */
final class TargetingChecks {
    private static final int MANY = 10_000;
    private static final String OLDEST = "65+";

    static final FieldType SPEC = object(Shape.of(
            "",
            each(texts(ID), "INTEREST AUDIENCE_INCLUDE AUDIENCE_EXCLUDE"),
            each(texts(matching("[A-Z]{2}|\\d{1,6}")), "LOCATION LOCATION_EXCLUDE"),
            each(texts(matching("[A-Z]{2}-[A-Za-z0-9 -]{1,20}")), "GEO GEO_EXCLUDE"),
            each(texts(text(2, 10)), "LOCALE"),
            each(texts(oneOf("unknown male female")), "GENDER"),
            each(texts(oneOf("android_mobile android_tablet ipad iphone web web_mobile")), "APPTYPE"),
            each(texts(oneOf("18-24 19+ 20+ 21+ 25-34 35-44 45-49 50-54 55-64 65+")), "AGE_BUCKET"),
            each(texts(oneOf("CHOOSE_YOUR_OWN FIND_NEW_CUSTOMERS RECONNECT_WITH_USERS")), "TARGETING_STRATEGY"),
            each(matching("1[89]|[2-5]\\d|6[0-5]"), "MINIMUM_AGE"),
            each(matching("1[89]|[2-5]\\d|6[0-5]|65\\+"), "MAXIMUM_AGE"),
            each(
                    texts(object(Shape.of(
                            "",
                            each(integer(0, 540), "lookback_window exclusion_window"),
                            each(list(integer(0, 100), 0, 100), "tag_types")))),
                    "SHOPPING_RETARGETING")));

    private static final Set<String> PERFORMANCE_PLUS_KEYS =
            Set.of("LOCATION", "GEO", "AGE_BUCKET", "AUDIENCE_INCLUDE", "AUDIENCE_EXCLUDE");

    private TargetingChecks() {}

    private static FieldType texts(FieldType entry) {
        return nullable(list(entry, 0, MANY));
    }

    /**
     * Returns the first rule that a targeting_spec breaks.
     *
     * @param audiences whether the ad account has an audience with this id
     */
    static Optional<ApiError> violation(Entity spec, boolean performancePlus, Predicate<String> audiences) {
        if (spec.list("LOCATION").isEmpty() && spec.list("GEO").isEmpty()) {
            return invalid("targeting_spec requires LOCATION or GEO.");
        }
        for (String name : List.of("AUDIENCE_INCLUDE", "AUDIENCE_EXCLUDE")) {
            for (Object id : spec.list(name)) {
                if (!audiences.test((String) id)) {
                    return Optional.of(ApiError.notFound("Audience", (String) id));
                }
            }
        }
        if (performancePlus && !PERFORMANCE_PLUS_KEYS.containsAll(spec.fields().keySet())) {
            return invalid(
                    "A Performance+ campaign allows only these keys of targeting_spec: LOCATION, GEO, AGE_BUCKET,"
                            + " AUDIENCE_INCLUDE, AUDIENCE_EXCLUDE.");
        }
        return ages(spec);
    }

    private static Optional<ApiError> ages(Entity spec) {
        boolean youngest = spec.has("MINIMUM_AGE");
        boolean oldest = spec.has("MAXIMUM_AGE");
        if (youngest != oldest) {
            return invalid("MINIMUM_AGE and MAXIMUM_AGE must be used together.");
        }
        if (youngest && spec.has("AGE_BUCKET")) {
            return invalid("AGE_BUCKET cannot be combined with MINIMUM_AGE and MAXIMUM_AGE.");
        }
        String maximum = spec.text("MAXIMUM_AGE");
        return youngest && !maximum.equals(OLDEST) && spec.text("MINIMUM_AGE").compareTo(maximum) > 0
                ? invalid("MINIMUM_AGE must not be over MAXIMUM_AGE.")
                : Optional.empty();
    }

    private static Optional<ApiError> invalid(String message) {
        return Optional.of(ApiError.invalid(message));
    }
}
