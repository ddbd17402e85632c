// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.ads.Ad;
import dev.epik.ads.AdGroup;
import dev.epik.ads.AdGroupSpec;
import dev.epik.ads.AdSpec;
import dev.epik.ads.AdsClient;
import dev.epik.ads.AdsReport;
import dev.epik.ads.Audience;
import dev.epik.ads.AudienceSpec;
import dev.epik.ads.BillableEvent;
import dev.epik.ads.Campaign;
import dev.epik.ads.CampaignSpec;
import dev.epik.ads.CustomerRows;
import dev.epik.ads.ListSettings;
import dev.epik.ads.ListUpdate;
import dev.epik.ads.Money;
import dev.epik.ads.Objective;
import dev.epik.ads.SpendLimit;
import dev.epik.ads.Targeting;
import dev.epik.ads.WriteResult;
import dev.epik.ads.plan.AdsPlanner;
import dev.epik.ads.plan.ApplyReport;
import dev.epik.ads.plan.PauseReport;
import dev.epik.ads.plan.Plan;
import dev.epik.ads.plan.PlanFile;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The Java code of {@code docs/ads.md}. */
final class AdsPage {
    private AdsPage() {}

    static AdsClient open(AdAccount account, URI api, Path journal) {
        return AdsClient.builder(account).api(api).journal(journal).open();
    }

    // tag::ads-result[]
    static <E> E applied(WriteResult<E> result) {
        if (result instanceof WriteResult.Applied<E> applied) {
            return applied.entity(); // as Pinterest has it now
        } else if (result instanceof WriteResult.Rejected<E> rejected) {
            throw new IllegalStateException(rejected.message()); // nothing was changed; the message has the cure
        }
        throw new IllegalStateException(((WriteResult.Unknown<E>) result).message()); // look before you repeat it
    }
    // end::ads-result[]

    static Campaign create(AdsClient ads) {
        // tag::ads-create[]
        String tag = ads.tagIds().get(0);
        Audience left = applied(ads.audiences().create(AudienceSpec.visitors("Added to cart", tag, "add_to_cart")));
        Campaign campaign = applied(ads.campaigns()
                .create(CampaignSpec.create("Autumn", Objective.SALES).dailyBudget(Money.of("25.00", "EUR"))));
        Targeting targeting = Targeting.locations(List.of("DE", "AT")).include(List.of(left.id()));
        AdGroup group = applied(ads.adGroups()
                .create(AdGroupSpec.create(campaign.id(), "Left the cart", BillableEvent.IMPRESSION)
                        .targeting(targeting)));
        Ad ad = applied(ads.ads().create(AdSpec.create(group.id(), "813744226420795884", "REGULAR")));
        // campaign, ad group and ad are PAUSED
        // end::ads-create[]
        return ad.status() == campaign.status() ? campaign : applied(new WriteResult.Unknown<>("not paused"));
    }

    static WriteResult<Campaign> activate(AdsClient ads, String campaignId) {
        // tag::ads-limit[]
        SpendLimit limit = SpendLimit.daily(Money.of("50.00", "EUR")).withActiveSum(Money.of("200.00", "EUR"));
        WriteResult<Campaign> result =
                ads.campaigns().update(campaignId, CampaignSpec.change().active(), limit);
        // end::ads-limit[]
        return result;
    }

    static ApplyReport apply(AdsClient ads, Path file) {
        // tag::ads-planner[]
        AdsPlanner planner = AdsPlanner.of(ads).ceiling(Money.of("50.00", "EUR"));
        Plan plan = planner.plan(PlanFile.read(file)); // sends nothing
        System.out.println(plan.text());
        ApplyReport report = planner.apply(plan); // reads again, and stops if anything moved
        PauseReport stopped = planner.pauseAll(); // the emergency stop
        // end::ads-planner[]
        if (!stopped.isComplete()) {
            throw new IllegalStateException(stopped.toString());
        }
        return report;
    }

    static EpikClient.Builder keepAccepted(EpikClient.Builder client, Path file) {
        // tag::ads-accepted[]
        client.listener(AdsReport.keepAccepted(file, "549755885175")); // /var/lib/shop/accepted.csv
        // end::ads-accepted[]
        return client;
    }

    static ListUpdate sync(AdsClient ads, Path file, Path directory) {
        // tag::ads-sync[]
        ListSettings settings = ListSettings.of("Newsletter", directory); // /var/lib/shop/newsletter
        WriteResult<ListUpdate> result = ads.customerLists().sync(CustomerRows.csv(file), settings);
        // end::ads-sync[]
        return applied(result);
    }
}
