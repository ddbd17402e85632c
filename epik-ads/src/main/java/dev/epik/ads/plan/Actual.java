// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdsEntity;
import dev.epik.ads.json.Fields;
import java.util.Map;

/**
 * Something that is in the ad account. Immutable.
 *
 * @param parentId the id of its campaign or ad group; empty text for a campaign or an audience
 * @param values its fields by their names in plan files, in the form of {@link Wanted#values}. Lists are sorted ids
 * @param fields everything that Pinterest sent
 */
record Actual(PlanKind kind, String id, String parentId, String name, Map<String, Object> values, Fields fields) {
    static Actual of(PlanKind kind, AdsEntity entity) {
        Fields fields = new Fields(entity.fields());
        String parent = switch (kind) {
            case AD_GROUP -> fields.text("campaign_id").orElse("");
            case AD -> fields.text("ad_group_id").orElse("");
            default -> "";
        };
        return new Actual(kind, entity.id(), parent, entity.name(), CurrentValues.of(kind, fields), fields);
    }

    String status() {
        return fields.text("status").orElse("");
    }

    boolean isActive() {
        return status().equals("ACTIVE");
    }

    /** Returns whether it can still be changed. */
    boolean isLive() {
        return isActive() || status().equals("PAUSED");
    }
}
