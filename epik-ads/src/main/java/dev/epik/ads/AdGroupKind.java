// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Fields;
import dev.epik.ads.rules.PlannedWrite;
import java.time.Instant;
import java.util.Optional;

/** Ad groups. */
final class AdGroupKind extends EntityKind<AdGroup, AdGroupSpec> {
    private final AdsContext context;

    AdGroupKind(AdsContext context) {
        this.context = context;
    }

    @Override
    String path() {
        return "ad_groups";
    }

    @Override
    AdGroup read(Fields fields) {
        return new AdGroup(fields, context.account().currency());
    }

    @Override
    AdGroupSpec pausing() {
        return AdGroupSpec.change().paused();
    }

    @Override
    Write create(AdGroupSpec spec, Instant now) {
        String campaignId = new Fields(spec.fields()).text("campaign_id").orElse("");
        PlannedWrite planned = PlannedWrite.ofNewAdGroup(
                context.campaign(campaignId), () -> context.adGroups(campaignId), spec.fields(), now);
        return new Write(planned, Optional.empty(), campaignId);
    }

    @Override
    Write change(Fields current, AdGroupSpec spec, Instant now) {
        String campaignId = current.text("campaign_id").orElse("");
        PlannedWrite planned = PlannedWrite.ofAdGroup(
                context.campaign(campaignId), () -> context.adGroups(campaignId), current, spec.fields(), now);
        return new Write(planned, Optional.of(current), campaignId);
    }
}
