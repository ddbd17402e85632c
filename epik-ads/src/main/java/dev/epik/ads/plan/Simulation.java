// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdsAccount;
import dev.epik.ads.AdsException;
import dev.epik.ads.SpendLimit;
import dev.epik.ads.Targeting;
import dev.epik.ads.json.Fields;
import dev.epik.ads.rules.Merged;
import dev.epik.ads.rules.PlannedWrite;
import dev.epik.ads.rules.Violation;
import dev.epik.ads.spend.Spend;
import dev.epik.ads.spend.SpendChange;
import dev.epik.ads.spend.SpendCheck;
import dev.epik.ads.spend.UnusualAmount;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ad account as it would be after some steps. It decides about each step by the functions that decide about the
 * write later. Not thread-safe.
 */
final class Simulation {
    /** An id for the rules, for a parent that has none yet. */
    private static final String NO_ID_YET = "0";

    /** Pinterest's names in messages, and those of plan files. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("daily_spend_cap", "daily_budget"),
            Map.entry("lifetime_spend_cap", "lifetime_budget"),
            Map.entry("budget_in_micro_currency", "daily_budget"),
            Map.entry("bid_in_micro_currency", "bid"),
            Map.entry("start_time", "start"),
            Map.entry("end_time", "end"),
            Map.entry("auto_targeting_enabled", "auto_targeting"),
            Map.entry("objective_type", "objective"),
            Map.entry("targeting_spec has no LOCATION and no GEO", "locations is missing"));

    private final AdsAccount account;
    private final Instant now;
    private final @Nullable SpendLimit limit;
    private final Map<String, Actual> found;
    private final Map<PlanKind, Map<String, Fields>> entities = new LinkedHashMap<>();

    /** The ids of what stands below a parent, by the kind and the id of the parent. */
    private final Map<String, Set<String>> children = new HashMap<>();

    /** The amount that each campaign can spend on a day, in micro-currency. */
    private final Map<String, Long> daily = new LinkedHashMap<>();

    /** The spend of campaigns before the first write that raises it. */
    private final Map<String, Spend> beforePlan = new HashMap<>();

    /** @param found what exists already, by its ref */
    Simulation(Snapshot snapshot, @Nullable SpendLimit limit, Map<String, Actual> found) {
        this.found = found;
        this.account = snapshot.account();
        this.now = snapshot.time();
        this.limit = limit;
        for (PlanKind kind : PlanKind.values()) {
            Map<String, Fields> all = new LinkedHashMap<>();
            snapshot.of(kind).forEach(each -> all.put(each.id(), each.fields()));
            entities.put(kind, all);
            all.forEach((id, fields) -> index(kind, id, fields));
        }
        of(PlanKind.CAMPAIGN).keySet().forEach(this::countSpend);
    }

    /** Remembers what stands below what, because plans have thousands of steps. */
    private void index(PlanKind kind, String id, Fields fields) {
        parentOf(kind, fields)
                .ifPresent(parent -> children.computeIfAbsent(kind + parent, key -> new LinkedHashSet<>())
                        .add(id));
    }

    private static Optional<String> parentOf(PlanKind kind, Fields fields) {
        return switch (kind) {
            case AD_GROUP -> fields.text("campaign_id");
            case AD -> fields.text("ad_group_id");
            default -> Optional.empty();
        };
    }

    private void countSpend(String campaignId) {
        Fields campaign = of(PlanKind.CAMPAIGN).getOrDefault(campaignId, Fields.NONE);
        List<Fields> groups = Spend.isActive(campaign) ? groupsOf(campaignId) : List.of();
        daily.put(campaignId, Spend.of(campaign, groups, now).daily());
    }

    /** Returns what all active campaigns can spend on a day, in micro-currency. */
    long dailySpend() {
        return otherSpend("");
    }

    private long otherSpend(String campaignId) {
        long sum = 0;
        for (Map.Entry<String, Long> campaign : daily.entrySet()) {
            sum = campaign.getKey().equals(campaignId) ? sum : Spend.add(sum, campaign.getValue());
        }
        return sum;
    }

    private Map<String, Fields> of(PlanKind kind) {
        return entities.getOrDefault(kind, Map.of());
    }

    private List<Fields> groupsOf(String campaignId) {
        return below(PlanKind.AD_GROUP, campaignId).stream()
                .filter(Simulation::isLive)
                .toList();
    }

    private List<Fields> below(PlanKind kind, String parentId) {
        return children.getOrDefault(kind + parentId, Set.of()).stream()
                .map(id -> of(kind).getOrDefault(id, Fields.NONE))
                .toList();
    }

    /** Returns whether a campaign is active, and has an active ad group with an active ad. */
    boolean runsNothing(String campaignId) {
        Fields campaign = of(PlanKind.CAMPAIGN).getOrDefault(campaignId, Fields.NONE);
        return Spend.isActive(campaign)
                && below(PlanKind.AD_GROUP, campaignId).stream()
                        .filter(Spend::isActive)
                        .noneMatch(group -> below(PlanKind.AD, group.text("id").orElse("")).stream()
                                .anyMatch(Spend::isActive));
    }

    /** Makes a step, and returns why it is not allowed; empty if it is. */
    List<String> make(Step step) {
        if (step.kind() == PlanKind.AUDIENCE) {
            return List.of(); // spends nothing
        }
        String key = step.id().isEmpty() ? step.ref() : step.id();
        try {
            PlannedWrite write = write(step, key);
            List<String> refusals = new ArrayList<>();
            write.violations().stream()
                    .map(Violation::toString)
                    .map(Simulation::inWordsOfTheFile)
                    .forEach(refusals::add);
            refusals.addAll(unusual(step.kind(), write.body()));
            String campaignId = campaignOf(step, key);
            if (write.spend().raises() && limit == null) {
                refusals.add("It can raise what is spent, and the plan has no spend_limit:"
                        + " write \"spend_limit: {daily: …}\", or leave it as it is");
            } else if (write.spend().raises()) {
                refusals.addAll(refusals(step.kind(), campaignId, write.spend()));
            }
            store(step, key, write.body());
            return refusals;
        } catch (AdsException e) {
            return List.of(e.getMessage());
        }
    }

    /** Returns why the limit does not allow a write, alone and together with the writes before it. */
    private Set<String> refusals(PlanKind kind, String campaignId, SpendChange change) {
        long others = otherSpend(campaignId);
        Set<String> refusals = new LinkedHashSet<>(SpendCheck.refusals(change, others, account.currency(), limit));
        if (kind != PlanKind.AD) { // an ad has no budget
            Spend first = beforePlan.computeIfAbsent(campaignId, id -> change.before());
            SpendChange whole = new SpendChange(first, change.after(), false, false);
            refusals.addAll(SpendCheck.refusals(whole, others, account.currency(), limit));
        }
        return refusals;
    }

    private static String inWordsOfTheFile(String message) {
        String words = message;
        for (Map.Entry<String, String> word : NAMES.entrySet()) {
            words = words.replace(word.getKey(), word.getValue());
        }
        return words;
    }

    private String campaignOf(Step step, String key) {
        return switch (step.kind()) {
            case CAMPAIGN -> key;
            case AD_GROUP -> parentOf(step, key, "campaign_id");
            default -> groupOf(step, key).text("campaign_id").orElse("");
        };
    }

    private Fields groupOf(Step step, String key) {
        return of(PlanKind.AD_GROUP).getOrDefault(parentOf(step, key, "ad_group_id"), Fields.NONE);
    }

    private String parentOf(Step step, String key, String field) {
        Fields known = of(step.kind()).get(key);
        return known == null ? parentKey(step) : known.text(field).orElse("");
    }

    private String parentKey(Step step) {
        Actual parent = found.get(step.parentRef());
        return parent == null ? step.parentRef() : parent.id();
    }

    private PlannedWrite write(Step step, String key) {
        Fields current = of(step.kind()).get(key);
        String currency = account.currency();
        switch (step.kind()) {
            case CAMPAIGN -> {
                return current == null
                        ? PlannedWrite.ofNewCampaign(
                                account.id(),
                                Specs.newCampaign(step.wanted().name(), step.set(), currency)
                                        .fields(),
                                now)
                        : PlannedWrite.ofCampaign(
                                account.id(),
                                current,
                                () -> groupsOf(key),
                                Specs.campaign(step.set(), currency).fields(),
                                now);
            }
            case AD_GROUP -> {
                String campaignId = parentOf(step, key, "campaign_id");
                Fields campaign = of(PlanKind.CAMPAIGN).getOrDefault(campaignId, Fields.NONE);
                return current == null
                        ? PlannedWrite.ofNewAdGroup(
                                campaign,
                                () -> groupsOf(campaignId),
                                Specs.newAdGroup(NO_ID_YET, step.wanted().name(), step.set(), currency)
                                        .fields(),
                                now)
                        : PlannedWrite.ofAdGroup(
                                campaign,
                                () -> groupsOf(campaignId),
                                current,
                                Specs.adGroup(step.set(), targetingOf(current), currency)
                                        .fields(),
                                now);
            }
            default -> {
                String campaignId = groupOf(step, key).text("campaign_id").orElse("");
                Fields campaign = of(PlanKind.CAMPAIGN).getOrDefault(campaignId, Fields.NONE);
                return current == null
                        ? PlannedWrite.ofNewAd(
                                Specs.newAd(NO_ID_YET, step.wanted().name(), step.set())
                                        .fields(),
                                () -> Spend.of(campaign, groupsOf(campaignId), now))
                        : PlannedWrite.ofAd(
                                current,
                                Specs.ad(step.set()).fields(),
                                () -> Spend.of(campaign, groupsOf(campaignId), now));
            }
        }
    }

    /** Returns the places of a targeting, which the rules need. */
    private static Targeting targetingOf(Fields current) {
        return Targeting.locations(current.object("targeting_spec").texts("LOCATION"))
                .with("GEO", current.object("targeting_spec").texts("GEO"));
    }

    private void store(Step step, String key, Map<String, @Nullable Object> body) {
        Map<String, Fields> all = entities.computeIfAbsent(step.kind(), kind -> new LinkedHashMap<>());
        Map<String, @Nullable Object> stored = new LinkedHashMap<>(
                Merged.of(all.getOrDefault(key, Fields.NONE), body).json());
        stored.put("id", key);
        if (step.id().isEmpty() && !all.containsKey(key)) {
            stored.put(step.kind() == PlanKind.AD ? "ad_group_id" : "campaign_id", parentKey(step));
        }
        Fields fields = new Fields(stored);
        all.put(key, fields);
        index(step.kind(), key, fields);
        if (step.kind() == PlanKind.CAMPAIGN) {
            countSpend(key);
        } else if (step.kind() == PlanKind.AD_GROUP) {
            countSpend(fields.text("campaign_id").orElse(""));
        }
    }

    private List<String> unusual(PlanKind kind, Map<String, @Nullable Object> body) {
        List<String> unusual = new ArrayList<>();
        if (limit != null && limit.allowsUnusualAmounts()) {
            return unusual;
        }
        for (String message : UnusualAmount.in(body, account.currency(), () -> live(kind))) {
            unusual.add(message.replace(
                    "allow unusual amounts in the SpendLimit", "write \"allow_unusual_amounts: true\" in spend_limit"));
        }
        return unusual;
    }

    private List<Fields> live(PlanKind kind) {
        return of(kind).values().stream().filter(Simulation::isLive).toList();
    }

    private static boolean isLive(Fields entity) {
        return List.of("ACTIVE", "PAUSED").contains(entity.text("status").orElse(""));
    }
}
