// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.rules;

import dev.epik.ads.json.Fields;
import dev.epik.ads.spend.Spend;
import dev.epik.ads.spend.SpendChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The body of a write, the rules that it would break, and its effect on the spend. Plans and calls decide by the same
 * functions, which are pure. They ask for the ad groups of a campaign only if these matter.
 *
 * @param body the body of the request
 * @param violations the rules that it breaks
 * @param spend what it does to the spend of its campaign
 */
public record PlannedWrite(Map<String, @Nullable Object> body, List<Violation> violations, SpendChange spend) {
    /** Returns the creation of a campaign. */
    public static PlannedWrite ofNewCampaign(
            String adAccountId, Map<String, ? extends @Nullable Object> fields, Instant now) {
        Map<String, @Nullable Object> body = CampaignRules.createBody(adAccountId, fields);
        SpendChange spend = new SpendChange(
                Spend.NONE,
                Spend.of(new Fields(body), List.of(), now),
                SpendChange.makesActive(Fields.NONE, body),
                false);
        return new PlannedWrite(body, CampaignRules.ofCreate(body, now), spend);
    }

    /** Returns a change of a campaign. */
    public static PlannedWrite ofCampaign(
            String adAccountId,
            Fields current,
            Supplier<List<Fields>> adGroups,
            Map<String, ? extends @Nullable Object> change,
            Instant now) {
        Map<String, @Nullable Object> body = CampaignRules.changeBody(adAccountId, current, change);
        Fields after = Merged.of(current, body);
        List<Fields> groups = Spend.isActive(after) ? adGroups.get() : List.of();
        SpendChange spend = new SpendChange(
                Spend.of(current, groups, now),
                Spend.of(after, groups, now),
                SpendChange.makesActive(current, body),
                SpendChange.widens(Spend.isActive(after), current, body));
        return new PlannedWrite(body, CampaignRules.ofChange(current, body, now), spend);
    }

    /** Returns the creation of an ad group. */
    public static PlannedWrite ofNewAdGroup(
            Fields campaign,
            Supplier<List<Fields>> adGroups,
            Map<String, ? extends @Nullable Object> fields,
            Instant now) {
        Map<String, @Nullable Object> body = AdGroupRules.createBody(campaign, fields);
        List<Fields> before = Spend.isActive(campaign) ? adGroups.get() : List.of();
        List<Fields> after = new ArrayList<>(before);
        after.add(new Fields(body));
        // In a paused Performance+ campaign the ad group must be ACTIVE, and spends nothing.
        boolean makesActive = SpendChange.makesActive(Fields.NONE, body)
                && (fields.containsKey("status") || Spend.isActive(campaign));
        SpendChange spend =
                new SpendChange(Spend.of(campaign, before, now), Spend.of(campaign, after, now), makesActive, false);
        return new PlannedWrite(body, AdGroupRules.ofCreate(campaign, body, now), spend);
    }

    /** Returns a change of an ad group. */
    public static PlannedWrite ofAdGroup(
            Fields campaign,
            Supplier<List<Fields>> adGroups,
            Fields current,
            Map<String, ? extends @Nullable Object> change,
            Instant now) {
        String id = current.text("id").orElse("");
        Map<String, @Nullable Object> body = CommonRules.changeBody(current, change);
        Fields merged = Merged.of(current, body);
        List<Fields> before = Spend.isActive(campaign) ? adGroups.get() : List.of();
        List<Fields> after = new ArrayList<>();
        for (Fields group : before) {
            after.add(group.is("id", id) ? merged : group);
        }
        SpendChange spend = new SpendChange(
                Spend.of(campaign, before, now),
                Spend.of(campaign, after, now),
                SpendChange.makesActive(current, body),
                SpendChange.widens(Spend.isActive(campaign) && Spend.isActive(merged), current, body));
        return new PlannedWrite(body, AdGroupRules.ofChange(campaign, current, body, now), spend);
    }

    /**
     * Returns the creation of an ad. An ad has no budget, so an active one spends that of its campaign.
     *
     * @param campaignSpend what its campaign can spend
     */
    public static PlannedWrite ofNewAd(Map<String, ? extends @Nullable Object> fields, Supplier<Spend> campaignSpend) {
        Map<String, @Nullable Object> body = AdRules.createBody(fields);
        return new PlannedWrite(body, AdRules.ofCreate(body), spend(Fields.NONE, body, campaignSpend));
    }

    /** Returns a change of an ad. */
    public static PlannedWrite ofAd(
            Fields current, Map<String, ? extends @Nullable Object> change, Supplier<Spend> campaignSpend) {
        Map<String, @Nullable Object> body = CommonRules.changeBody(current, change);
        return new PlannedWrite(body, AdRules.ofChange(current, body), spend(current, body, campaignSpend));
    }

    private static SpendChange spend(
            Fields current, Map<String, @Nullable Object> body, Supplier<Spend> campaignSpend) {
        boolean makesActive = SpendChange.makesActive(current, body);
        Spend spend = makesActive ? campaignSpend.get() : Spend.NONE;
        return new SpendChange(spend, spend, makesActive, false);
    }
}
