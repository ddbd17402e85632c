// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdGroupSpec;
import dev.epik.ads.AdSpec;
import dev.epik.ads.AdsSpec;
import dev.epik.ads.AudienceSpec;
import dev.epik.ads.BillableEvent;
import dev.epik.ads.CampaignSpec;
import dev.epik.ads.Money;
import dev.epik.ads.Objective;
import dev.epik.ads.Targeting;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Makes specs of values of a plan file. Pure functions. */
final class Specs {
    private static final Map<String, String> TARGETING = Map.of(
            "locations", "LOCATION",
            "interests", "INTEREST",
            "include", "AUDIENCE_INCLUDE",
            "exclude", "AUDIENCE_EXCLUDE");

    private Specs() {}

    /** Returns a campaign to create. */
    static CampaignSpec newCampaign(String name, Map<String, Object> values, String currency) {
        CampaignSpec spec = CampaignSpec.create(name, Objective.valueOf(text(values, "objective")));
        spec = Boolean.TRUE.equals(values.get("budget_on_ad_groups")) ? spec.budgetOnAdGroups() : spec;
        spec = Boolean.TRUE.equals(values.get("performance_plus")) ? spec.performancePlus() : spec;
        return campaign(spec, values, currency, true);
    }

    /** Returns a change of a campaign. */
    static CampaignSpec campaign(Map<String, Object> values, String currency) {
        return campaign(CampaignSpec.change(), values, currency, false);
    }

    private static CampaignSpec campaign(
            CampaignSpec begun, Map<String, Object> values, String currency, boolean isNew) {
        CampaignSpec spec = begun;
        if (values.containsKey("daily_budget")) {
            spec = spec.dailyBudget(money(values, "daily_budget", currency));
        }
        if (values.containsKey("lifetime_budget")) {
            spec = spec.lifetimeBudget(money(values, "lifetime_budget", currency));
        }
        if (values.containsKey("start")) {
            spec = spec.start(Instant.parse(text(values, "start")));
        }
        String end = text(values, "end");
        if (end.equals(Wanted.OPEN_ENDED)) {
            spec = isNew ? spec : spec.openEnded();
        } else if (!end.isEmpty()) {
            spec = spec.end(Instant.parse(end));
        }
        return common(spec, values);
    }

    /** Returns an ad group to create. */
    static AdGroupSpec newAdGroup(String campaignId, String name, Map<String, Object> values, String currency) {
        AdGroupSpec spec = AdGroupSpec.create(campaignId, name, BillableEvent.valueOf(text(values, "billable_event")));
        return adGroup(spec, values, Targeting.locations(List.of()), currency);
    }

    /**
     * Returns a change of an ad group.
     *
     * @param targeting the current one, whose other keys stay
     */
    static AdGroupSpec adGroup(Map<String, Object> values, Targeting targeting, String currency) {
        return adGroup(AdGroupSpec.change(), values, targeting, currency);
    }

    private static AdGroupSpec adGroup(
            AdGroupSpec begun, Map<String, Object> values, Targeting current, String currency) {
        AdGroupSpec spec = begun;
        if (values.containsKey("daily_budget")) {
            spec = spec.dailyBudget(money(values, "daily_budget", currency));
        }
        if (values.containsKey("lifetime_budget")) {
            spec = spec.lifetimeBudget(money(values, "lifetime_budget", currency));
        }
        if (values.containsKey("bid")) {
            spec = spec.maxBid(money(values, "bid", currency));
        }
        if (values.containsKey("conversion_event") && values.containsKey("conversion_tag")) {
            spec = spec.conversionGoal(text(values, "conversion_event"), text(values, "conversion_tag"));
        }
        if (values.get("auto_targeting") instanceof Boolean isOn) {
            spec = spec.autoTargeting(isOn);
        }
        Targeting targeting = current;
        boolean changesTargeting = false;
        for (Map.Entry<String, String> key : TARGETING.entrySet()) {
            if (values.containsKey(key.getKey())) {
                changesTargeting = true;
                targeting = targeting.with(key.getValue(), texts(values, key.getKey()));
            }
        }
        spec = changesTargeting ? spec.targeting(targeting) : spec;
        if (values.containsKey("start")) {
            spec = spec.start(Instant.parse(text(values, "start")));
        }
        if (values.containsKey("end")) {
            spec = spec.end(Instant.parse(text(values, "end")));
        }
        return common(spec, values);
    }

    /** Returns an ad to create. */
    static AdSpec newAd(String adGroupId, String name, Map<String, Object> values) {
        return ad(
                AdSpec.create(adGroupId, text(values, "pin_id"), text(values, "creative_type"))
                        .name(name),
                values);
    }

    /** Returns a change of an ad. */
    static AdSpec ad(Map<String, Object> values) {
        AdSpec spec = AdSpec.change();
        return ad(spec, values);
    }

    private static AdSpec ad(AdSpec begun, Map<String, Object> values) {
        AdSpec spec =
                values.containsKey("destination_url") ? begun.destinationUrl(text(values, "destination_url")) : begun;
        return common(spec, values);
    }

    private static <S extends AdsSpec<S>> S common(S begun, Map<String, Object> values) {
        S spec = values.containsKey("name") ? begun.name(text(values, "name")) : begun;
        return switch (text(values, "status")) {
            case "ACTIVE" -> spec.active();
            case "PAUSED" -> spec.paused();
            default -> spec;
        };
    }

    /** Returns an audience to create. */
    static AudienceSpec newAudience(String name, Map<String, Object> values) {
        if (text(values, "type").equals("actalike")) {
            return AudienceSpec.actalike(
                    name, text(values, "seed"), text(values, "country"), Integer.parseInt(text(values, "percentage")));
        }
        AudienceSpec spec = AudienceSpec.visitors(name, text(values, "tag"), text(values, "event"));
        String days = text(values, "retention_days");
        return days.isEmpty() ? spec : spec.retentionDays(Integer.parseInt(days));
    }

    private static String text(Map<String, Object> values, String field) {
        return values.get(field) instanceof String text ? text : "";
    }

    private static Money money(Map<String, Object> values, String field, String currency) {
        return Money.of(text(values, field), currency);
    }

    static List<String> texts(Map<String, Object> values, String field) {
        return values.get(field) instanceof List<?> list
                ? list.stream().map(Object::toString).toList()
                : List.of();
    }
}
