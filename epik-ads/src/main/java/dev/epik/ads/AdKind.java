// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Fields;
import dev.epik.ads.rules.AdRules;
import dev.epik.ads.spend.Spend;
import dev.epik.ads.spend.SpendChange;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    String idsParameter() {
        return "ad_ids";
    }

    @Override
    Ad read(Fields fields) {
        return new Ad(fields, context.account().currency());
    }

    @Override
    Write create(AdSpec spec, Instant now) {
        Map<String, @Nullable Object> body = AdRules.createBody(spec.fields());
        String adGroupId = new Fields(body).text("ad_group_id").orElse("");
        boolean makesActive = SpendChange.makesActive(Fields.NONE, body);
        String campaignId = makesActive ? campaignOf(adGroupId) : "";
        return new Write(
                body, AdRules.ofCreate(body), Optional.empty(), campaignId, spend(campaignId, makesActive, now));
    }

    @Override
    Write change(Fields current, AdSpec spec, Instant now) {
        Map<String, @Nullable Object> body = AdRules.changeBody(current, spec.fields());
        boolean makesActive = SpendChange.makesActive(current, body);
        String campaignId = makesActive ? campaignOf(current.text("ad_group_id").orElse("")) : "";
        return new Write(
                body,
                AdRules.ofChange(current, body),
                Optional.of(current),
                campaignId,
                spend(campaignId, makesActive, now));
    }

    /** An ad has no budget, so an active one spends that of its campaign. */
    private SpendChange spend(String campaignId, boolean makesActive, Instant now) {
        Spend spend =
                makesActive ? Spend.of(context.campaign(campaignId), context.adGroups(campaignId), now) : Spend.NONE;
        return new SpendChange(spend, spend, makesActive, false);
    }

    private String campaignOf(String adGroupId) {
        return context.calls()
                .read(context.path("/ad_groups/" + EntityClient.checkedId(adGroupId)))
                .flatMap(group -> group.text("campaign_id"))
                .orElseThrow(() -> new AdsException("Pinterest does not know the ad group " + adGroupId));
    }

    @Override
    Map<String, String> amountFields() {
        return Map.of();
    }
}
