// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdsAccount;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The part of an ad account that a plan needs. Immutable.
 *
 * @param campaigns all, whatever their status
 * @param adGroups those of the campaigns that the plan names, and of the active ones
 * @param ads as the ad groups
 * @param interests the ids of the names that the plan has
 * @param interestProblems why a name has no id
 * @param tags the ids of the Pinterest tags
 */
record Snapshot(
        AdsAccount account,
        Instant time,
        List<Actual> campaigns,
        List<Actual> adGroups,
        List<Actual> ads,
        List<Actual> audiences,
        Map<String, String> interests,
        Map<String, String> interestProblems,
        Set<String> tags) {
    List<Actual> of(PlanKind kind) {
        return switch (kind) {
            case CAMPAIGN -> campaigns;
            case AD_GROUP -> adGroups;
            case AD -> ads;
            case AUDIENCE -> audiences;
        };
    }

    Optional<Actual> find(PlanKind kind, String id) {
        return of(kind).stream().filter(each -> each.id().equals(id)).findFirst();
    }

    List<Actual> below(PlanKind kind, String parentId) {
        return of(kind).stream()
                .filter(each -> each.parentId().equals(parentId))
                .toList();
    }
}
