// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Fields;
import dev.epik.ads.rules.AdGroupRules;
import dev.epik.ads.rules.Merged;
import dev.epik.ads.spend.Spend;
import dev.epik.ads.spend.SpendChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ad groups. */
final class AdGroupKind extends EntityKind<AdGroup, AdGroupSpec> {
    private static final String ACTIVE = "ACTIVE";

    private final AdsContext context;

    AdGroupKind(AdsContext context) {
        this.context = context;
    }

    @Override
    String path() {
        return "ad_groups";
    }

    @Override
    String idsParameter() {
        return "ad_group_ids";
    }

    @Override
    AdGroup read(Fields fields) {
        return new AdGroup(fields, context.account().currency());
    }

    @Override
    Write create(AdGroupSpec spec, Instant now) {
        String campaignId = new Fields(spec.fields()).text("campaign_id").orElse("");
        Fields campaign = context.campaign(campaignId);
        Map<String, @Nullable Object> body = AdGroupRules.createBody(campaign, spec.fields());
        boolean isCampaignActive = campaign.text("status").orElse("").equals(ACTIVE);
        List<Fields> before = isCampaignActive ? context.adGroups(campaignId) : List.of();
        List<Fields> after = new ArrayList<>(before);
        after.add(new Fields(body));
        // In a paused Performance+ campaign the ad group must be ACTIVE, and spends nothing.
        boolean makesActive =
                SpendChange.makesActive(Fields.NONE, body) && (spec.fields().containsKey("status") || isCampaignActive);
        SpendChange spend =
                new SpendChange(Spend.of(campaign, before, now), Spend.of(campaign, after, now), makesActive, false);
        return new Write(body, AdGroupRules.ofCreate(campaign, body, now), Optional.empty(), campaignId, spend);
    }

    @Override
    Write change(Fields current, AdGroupSpec spec, Instant now) {
        String id = current.text("id").orElse("");
        String campaignId = current.text("campaign_id").orElse("");
        Fields campaign = context.campaign(campaignId);
        Map<String, @Nullable Object> body = AdGroupRules.changeBody(current, spec.fields());
        Fields merged = Merged.of(current, body);
        boolean isCampaignActive = campaign.text("status").orElse("").equals(ACTIVE);
        List<Fields> before = isCampaignActive ? context.adGroups(campaignId) : List.of();
        List<Fields> after = new ArrayList<>();
        for (Fields group : before) {
            after.add(group.text("id").orElse("").equals(id) ? merged : group);
        }
        boolean spendsAfter =
                isCampaignActive && merged.text("status").orElse("").equals(ACTIVE);
        SpendChange spend = new SpendChange(
                Spend.of(campaign, before, now),
                Spend.of(campaign, after, now),
                SpendChange.makesActive(current, body),
                SpendChange.widens(spendsAfter, current, body));
        return new Write(
                body, AdGroupRules.ofChange(campaign, current, body, now), Optional.of(current), campaignId, spend);
    }

    @Override
    Map<String, String> amountFields() {
        return Map.of("budget_in_micro_currency", "ad group budget", "bid_in_micro_currency", "bid");
    }
}
