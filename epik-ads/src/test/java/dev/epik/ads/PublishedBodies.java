// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.testing.PublishedSchema;
import dev.epik.testkit.AdsCall;
import java.util.List;

/** Checks the bodies of audiences and customer lists against Pinterest's OpenAPI document, if it is given. */
final class PublishedBodies {
    private PublishedBodies() {}

    static void check(List<AdsCall> calls) {
        for (AdsCall call : calls) {
            boolean isWrite = !call.method().equals("GET") && !call.body().isEmpty(); // the fake keeps no large bodies
            boolean isLater = call.body().contains("\"records_v2\""); // not in the document, which is 5.23
            boolean isNew = call.method().equals("POST");
            if (isWrite && call.path().contains("/audiences")) {
                PublishedSchema.check(isNew ? "AudienceCreateRequest" : "AudienceUpdateRequest", call.body());
            } else if (isWrite && call.path().contains("/customer_lists") && !isLater) {
                PublishedSchema.check(isNew ? "CustomerListRequest" : "CustomerListUpdateRequest", call.body());
            }
        }
    }
}
