// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Fields;
import dev.epik.ads.rules.PlannedWrite;
import java.time.Instant;
import java.util.Optional;

/** Campaigns. */
final class CampaignKind extends EntityKind<Campaign, CampaignSpec> {
    private final AdsContext context;

    CampaignKind(AdsContext context) {
        this.context = context;
    }

    @Override
    String path() {
        return "campaigns";
    }

    @Override
    Campaign read(Fields fields) {
        return new Campaign(fields, context.account().currency());
    }

    @Override
    CampaignSpec pausing() {
        return CampaignSpec.change().paused();
    }

    @Override
    Write create(CampaignSpec spec, Instant now) {
        return new Write(PlannedWrite.ofNewCampaign(context.account().id(), spec.fields(), now), Optional.empty(), "");
    }

    @Override
    Write change(Fields current, CampaignSpec spec, Instant now) {
        String id = current.text("id").orElse("");
        PlannedWrite planned = PlannedWrite.ofCampaign(
                context.account().id(), current, () -> context.adGroups(id), spec.fields(), now);
        return new Write(planned, Optional.of(current), id);
    }
}
