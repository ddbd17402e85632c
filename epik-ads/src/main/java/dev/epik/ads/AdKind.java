// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Fields;
import dev.epik.ads.rules.PlannedWrite;
import dev.epik.ads.spend.Spend;
import dev.epik.ads.spend.SpendChange;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Ads. */
final class AdKind extends EntityKind<Ad, AdSpec> {
    private final AdsContext context;

    AdKind(AdsContext context) {
        this.context = context;
    }

    @Override
    String path() {
        return "ads";
    }

    @Override
    Ad read(Fields fields) {
        return new Ad(fields, context.account().currency());
    }

    @Override
    AdSpec pausing() {
        return AdSpec.change().paused();
    }

    @Override
    Write create(AdSpec spec, Instant now) {
        String adGroupId = new Fields(spec.fields()).text("ad_group_id").orElse("");
        return write(spec, adGroupId, Optional.empty(), now);
    }

    @Override
    Write change(Fields current, AdSpec spec, Instant now) {
        return write(spec, current.text("ad_group_id").orElse(""), Optional.of(current), now);
    }

    private Write write(AdSpec spec, String adGroupId, Optional<Fields> current, Instant now) {
        String campaignId =
                SpendChange.makesActive(current.orElse(Fields.NONE), spec.fields()) ? campaignOf(adGroupId) : "";
        Supplier<Spend> spend = () -> Spend.of(context.campaign(campaignId), context.adGroups(campaignId), now);
        PlannedWrite planned = current.isPresent()
                ? PlannedWrite.ofAd(current.get(), spec.fields(), spend)
                : PlannedWrite.ofNewAd(spec.fields(), spend);
        return new Write(planned, current, campaignId);
    }

    private String campaignOf(String adGroupId) {
        return context.entity("ad_groups", adGroupId)
                .flatMap(group -> group.text("campaign_id"))
                .orElseThrow(() -> new AdsException("Pinterest does not know the ad group " + adGroupId));
    }
}
