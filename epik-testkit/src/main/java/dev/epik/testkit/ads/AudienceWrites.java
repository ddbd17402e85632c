// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Creates, changes and removes audiences. */
final class AudienceWrites {
    private final AdsStore store;

    AudienceWrites(AdsStore store) {
        this.store = store;
    }

    AdsReply create(AdsRequest request) {
        Optional<String> wrong = AudienceChecks.CREATE.violation("", request.body());
        if (wrong.isPresent()) {
            return AdsReply.badRequest(wrong.get());
        }
        Entity audience = Entity.of(request.body());
        return violation(audience)
                .map(error -> AdsReply.error(400, error))
                .orElseGet(() -> reply(store.add(EntityKind.AUDIENCE, audience.fields())));
    }

    AdsReply update(AdsRequest request) {
        String id = request.segment(1);
        Optional<Entity> found = store.find(EntityKind.AUDIENCE, id);
        if (found.isEmpty()) {
            return AdsReply.error(404, ApiError.notFound(EntityKind.AUDIENCE.title, id));
        }
        Optional<String> wrong = AudienceChecks.UPDATE.violation("", request.body());
        if (wrong.isPresent()) {
            return AdsReply.badRequest(wrong.get());
        }
        Entity before = found.get();
        Entity sent = Entity.of(request.body());
        if (sent.text("operation_type").equals("REMOVE")) {
            store.remove(id);
            return AdsReply.ok(before.fields());
        }
        Map<String, Object> changes = new LinkedHashMap<>(sent.fields());
        changes.remove("operation_type");
        Entity after = before.with(changes);
        Optional<ApiError> error = violation(after);
        if (error.isPresent()) {
            return AdsReply.error(400, error.get());
        }
        store.put(EntityKind.AUDIENCE, after);
        return reply(id);
    }

    private Optional<ApiError> violation(Entity audience) {
        return audience.has("ad_account_id") && !audience.text("ad_account_id").equals(store.account())
                ? Optional.of(ApiError.invalid("ad_account_id must be the ad account of the path."))
                : AudienceChecks.violation(
                        audience,
                        id -> store.has(EntityKind.CUSTOMER_LIST, id),
                        id -> store.has(EntityKind.AUDIENCE, id));
    }

    private AdsReply reply(String id) {
        return AdsReply.ok(store.find(EntityKind.AUDIENCE, id).orElseThrow().fields());
    }
}
