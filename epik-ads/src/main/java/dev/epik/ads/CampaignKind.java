// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import dev.epik.ads.json.Fields;
import dev.epik.ads.rules.CampaignRules;
import dev.epik.ads.rules.Merged;
import dev.epik.ads.spend.Spend;
import dev.epik.ads.spend.SpendChange;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    String idsParameter() {
        return "campaign_ids";
    }

    @Override
    Campaign read(Fields fields) {
        return new Campaign(fields, context.account().currency());
    }

    @Override
    Write create(CampaignSpec spec, Instant now) {
        Map<String, @Nullable Object> body =
                CampaignRules.createBody(context.account().id(), spec.fields());
        Fields after = new Fields(body);
        SpendChange spend = new SpendChange(
                Spend.NONE, Spend.of(after, List.of(), now), SpendChange.makesActive(Fields.NONE, body), false);
        return new Write(body, CampaignRules.ofCreate(body, now), Optional.empty(), "", spend);
    }

    @Override
    Write change(Fields current, CampaignSpec spec, Instant now) {
        Map<String, @Nullable Object> body =
                CampaignRules.changeBody(context.account().id(), current, spec.fields());
        String id = current.text("id").orElse("");
        Fields after = Merged.of(current, body);
        boolean isActiveAfter = after.text("status").orElse("").equals("ACTIVE");
        List<Fields> adGroups = isActiveAfter ? context.adGroups(id) : List.of();
        SpendChange spend = new SpendChange(
                Spend.of(current, adGroups, now),
                Spend.of(after, adGroups, now),
                SpendChange.makesActive(current, body),
                SpendChange.widens(isActiveAfter, current, body));
        return new Write(body, CampaignRules.ofChange(current, body, now), Optional.of(current), id, spend);
    }

    @Override
    Map<String, String> amountFields() {
        return Map.of("daily_spend_cap", "daily budget", "lifetime_spend_cap", "lifetime budget");
    }
}
