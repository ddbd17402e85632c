// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.Money;
import dev.epik.ads.SpendLimit;
import dev.epik.ads.json.Fields;
import dev.epik.ads.rules.AudienceStates;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds what is allowed in a plan and probably not meant. Pure functions. */
final class Warnings {
    private static final Set<String> RESTARTS_LEARNING = Set.of(
            "daily_budget",
            "lifetime_budget",
            "bid",
            "include",
            "exclude",
            "locations",
            "interests",
            "auto_targeting",
            "conversion_event",
            "conversion_tag");

    private Warnings() {}

    /** @param titles what steps are called in messages, by their ref */
    static void of(
            PlanModel model,
            Snapshot snapshot,
            Draft draft,
            Simulation after,
            @Nullable SpendLimit limit,
            Map<String, String> titles,
            Consumer<String> warnings) {
        for (Step step : draft.steps()) {
            String title = titles.getOrDefault(step.ref(), step.ref());
            Actual actual = draft.found().get(step.ref());
            if (actual != null
                    && isLearning(actual, snapshot)
                    && step.set().keySet().stream().anyMatch(RESTARTS_LEARNING::contains)) {
                warnings.accept(title + " is in the learning phase, which this change begins again");
            }
            if (step.set().get("start") instanceof String start
                    && Instant.parse(start).isBefore(snapshot.time())) {
                warnings.accept(title + ": start is in the past, so it begins as soon as it is active");
            }
            if (limit != null && step.set().get("daily_budget") instanceof String budget) {
                Money amount = Money.of(new BigDecimal(budget), limit.daily().currency());
                if (amount.compareTo(limit.daily()) > 0) {
                    warnings.accept(title + ": daily_budget " + amount + " is over the limit " + limit.daily()
                            + ", so it cannot become active with it");
                }
            }
        }
        for (Map.Entry<String, Actual> found : draft.found().entrySet()) {
            String title = titles.getOrDefault(found.getKey(), found.getKey());
            long end = found.getValue().fields().number("end_time").orElse(0);
            boolean keepsEnd = draft.steps().stream()
                    .noneMatch(step ->
                            step.ref().equals(found.getKey()) && step.set().containsKey("end"));
            if (end > 0 && end <= snapshot.time().getEpochSecond() && keepsEnd) {
                warnings.accept(title + " ended at " + Instant.ofEpochSecond(end) + ", so it shows nothing");
            }
        }
        audiences(snapshot, draft, titles, warnings);
        Set<String> campaigns = Stream.concat(
                        draft.values().values().stream()
                                .filter(each -> each.kind() == PlanKind.CAMPAIGN)
                                .map(each -> Optional.ofNullable(draft.found().get(each.field()))
                                        .map(Actual::id)
                                        .orElse(each.field())),
                        snapshot.campaigns().stream().filter(Actual::isActive).map(Actual::id))
                .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
        for (String campaign : campaigns) {
            if (after.runsNothing(campaign)) {
                String name = snapshot.find(PlanKind.CAMPAIGN, campaign)
                        .map(each -> "campaign \"" + each.name() + "\"")
                        .orElse(titles.getOrDefault(campaign, campaign));
                warnings.accept(name + " is active, and has no active ad group with an active ad, so nothing runs");
            }
        }
        leftAlone(model, snapshot, draft, titles, warnings);
    }

    private static boolean isLearning(Actual actual, Snapshot snapshot) {
        return switch (actual.kind()) {
            case AD_GROUP -> actual.isActive() && isLearning(actual.fields());
            case CAMPAIGN ->
                actual.isActive()
                        && snapshot.below(PlanKind.AD_GROUP, actual.id()).stream()
                                .anyMatch(group -> group.isActive() && isLearning(group.fields()));
            default -> false;
        };
    }

    private static boolean isLearning(Fields adGroup) {
        return adGroup.object("optimization_goal_metadata")
                .object("conversion_tag_v3_goal_metadata")
                .is("learning_mode_type", "ACTIVE");
    }

    private static void audiences(
            Snapshot snapshot, Draft draft, Map<String, String> titles, Consumer<String> warnings) {
        draft.values().forEach((ref, wanted) -> {
            for (String id : Specs.texts(wanted.values(), "include")) {
                snapshot.find(PlanKind.AUDIENCE, id)
                        .filter(audience -> !AudienceStates.isUsable(audience.status()))
                        .ifPresent(audience -> warnings.accept(titles.getOrDefault(ref, ref)
                                + " includes the audience \""
                                + audience.name() + "\". "
                                + AudienceStates.explain(
                                        audience.status(),
                                        audience.fields().text("audience_type").orElse(""),
                                        audience.fields().number("size"))));
            }
        });
    }

    private static void leftAlone(
            PlanModel model, Snapshot snapshot, Draft draft, Map<String, String> titles, Consumer<String> warnings) {
        Set<String> known = draft.found().values().stream().map(Actual::id).collect(Collectors.toSet());
        List<Actual> others = model.campaigns().isEmpty()
                ? List.of()
                : snapshot.campaigns().stream()
                        .filter(each -> each.isLive() && !known.contains(each.id()))
                        .toList();
        if (!others.isEmpty()) {
            long active = others.stream().filter(Actual::isActive).count();
            warnings.accept(others.size() + (others.size() == 1 ? " campaign is" : " campaigns are")
                    + " not in the file (" + active + " active): left as they are");
        }
        draft.found().forEach((ref, parent) -> {
            Wanted wanted = draft.values().get(ref);
            PlanKind kind = parent.kind() == PlanKind.CAMPAIGN ? PlanKind.AD_GROUP : PlanKind.AD;
            long below = wanted == null || wanted.children().isEmpty()
                    ? 0
                    : snapshot.below(kind, parent.id()).stream()
                            .filter(each -> each.isLive() && !known.contains(each.id()))
                            .count();
            if (below > 0) {
                warnings.accept(titles.getOrDefault(ref, ref) + " has " + below + " " + kind.title()
                        + (below == 1 ? " that is" : "s that are") + " not in the file: left as they are");
            }
        });
    }
}
