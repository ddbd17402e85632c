// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Json;
import dev.epik.testing.PublishedSchema;
import dev.epik.testkit.AdsCall;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Checks every request body of a test against Pinterest's OpenAPI document, if it is given. */
public final class PublishedBodies {
    /** The schemas of a creation and of a change, by the last part of the path. */
    private static final Map<String, List<String>> SCHEMAS = Map.of(
            "campaigns", List.of("CampaignCreateRequest", "CampaignUpdateRequest"),
            "ad_groups", List.of("AdGroupCreateRequest", "AdGroupUpdateRequest"),
            "ads", List.of("AdCreateRequest", "AdUpdateRequest"),
            "audiences", List.of("AudienceCreateRequest", "AudienceUpdateRequest"),
            "customer_lists", List.of("CustomerListRequest", "CustomerListUpdateRequest"));

    private PublishedBodies() {}

    /** Checks the bodies of these calls. */
    public static void check(List<AdsCall> calls) {
        for (AdsCall call : calls) {
            boolean isNew = call.method().equals("POST");
            String[] path = call.path().split("/", -1);
            List<String> schemas = path.length > 4 ? SCHEMAS.get(path[4]) : null;
            boolean isLater = call.body().contains("\"records_v2\""); // not in the document, which is 5.23
            if (schemas != null && !call.method().equals("GET") && !call.body().isEmpty() && !isLater) {
                check(schemas.get(isNew ? 0 : 1), call.body());
            }
        }
    }

    private static void check(String schema, String body) {
        // SALES and LEADS came with 5.28
        String known = body.replaceAll("\"objective_type\":\"(SALES|LEADS)\"", "\"objective_type\":\"CONSIDERATION\"");
        try {
            Object json = Json.read(known);
            for (Object item : json instanceof List<?> items ? items : List.of(json)) {
                PublishedSchema.check(schema, Json.write(item));
            }
        } catch (IOException e) {
            throw new AssertionError("The body is not JSON", e);
        }
    }
}
