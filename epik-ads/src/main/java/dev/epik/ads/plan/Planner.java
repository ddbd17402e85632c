// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import static dev.epik.ads.plan.Mistakes.quoted;

import dev.epik.ads.SpendLimit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what has to be written so that an ad account is as a file wants it. A pure function: {@link #plan}. The order
 * is: audiences, what is to be paused, what is created or changed, and last what becomes active, so that a crash leaves
 * nothing half-built that spends money.
 */
final class Planner {
    private final PlanModel model;
    private final Snapshot snapshot;
    private final State state;
    private final PlanOptions options;
    private final @Nullable SpendLimit limit;
    private final Matcher matcher;
    private final References references;
    private final ValueText text;

    private final List<Step> audiences = new ArrayList<>();
    private final List<Step> pauses = new ArrayList<>();
    private final List<Step> writes = new ArrayList<>();
    private final List<Step> activations = new ArrayList<>();
    private final Map<Step, PlanAction> actions = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final Map<String, Actual> found = new LinkedHashMap<>();
    private final Map<String, Wanted> values = new LinkedHashMap<>();
    private final Map<String, String> parents = new LinkedHashMap<>();
    private final Map<String, String> titles = new LinkedHashMap<>();

    private Planner(PlanModel model, Snapshot snapshot, State state, PlanOptions options) {
        this.model = model;
        this.snapshot = snapshot;
        this.state = state;
        this.options = options;
        this.limit = model.spendLimit(options.ceiling());
        Set<String> ids = new HashSet<>();
        addIds(model.campaigns(), ids);
        this.matcher = new Matcher(snapshot, state, options.adopts(), ids);
        this.references = new References(
                snapshot, model.audiences().stream().map(Wanted::name).toList());
        this.text = new ValueText(snapshot.account(), references.names());
    }

    private static void addIds(List<Wanted> all, Set<String> ids) {
        for (Wanted wanted : all) {
            wanted.id().ifPresent(ids::add);
            addIds(wanted.children(), ids);
        }
    }

    static Draft plan(PlanModel model, Snapshot snapshot, State state, PlanOptions options) {
        if (!model.adAccount().equals(snapshot.account().id())) {
            return refused(
                    snapshot,
                    "The plan is for the ad account " + model.adAccount() + ", not for "
                            + snapshot.account().id() + ": correct ad_account");
        }
        if (!model.currency().equals(snapshot.account().currency())) {
            return refused(
                    snapshot,
                    "The plan is in " + model.currency() + ", the ad account in "
                            + snapshot.account().currency() + ": convert the amounts and correct currency");
        }
        if (options.ceiling() != null && !options.ceiling().currency().equals(model.currency())) {
            return refused(
                    snapshot,
                    "The ceiling is in " + options.ceiling().currency() + ", the plan in " + model.currency()
                            + ": give the ceiling in " + model.currency());
        }
        return new Planner(model, snapshot, state, options).draft();
    }

    private static Draft refused(Snapshot snapshot, String refusal) {
        long daily = new Simulation(snapshot, null, Map.of()).dailySpend();
        return new Draft(List.of(), List.of(), List.of(), List.of(refusal), Map.of(), Map.of(), Map.of(), daily, daily);
    }

    private Draft draft() {
        model.audiences().forEach(this::audience);
        for (Wanted campaign : model.campaigns()) {
            entity(campaign, "", "", "");
        }
        activations.sort((a, b) -> b.kind().compareTo(a.kind())); // ads, ad groups, campaigns
        List<Step> steps = new ArrayList<>(audiences);
        steps.addAll(pauses);
        steps.addAll(writes);
        steps.addAll(activations);
        Simulation simulation = new Simulation(snapshot, limit, found);
        long before = simulation.dailySpend();
        for (Step step : steps) {
            simulation.make(step).forEach(message -> refuse(step.ref(), message));
        }
        Warnings.of(
                model,
                snapshot,
                new Draft(
                        steps, List.copyOf(actions.values()), List.of(), List.of(), found, values, parents, before, 0),
                simulation,
                limit,
                titles,
                warnings::add);
        return new Draft(
                List.copyOf(steps),
                steps.stream()
                        .map(actions::get)
                        .map(java.util.Objects::requireNonNull)
                        .toList(),
                List.copyOf(warnings),
                List.copyOf(refusals),
                found,
                values,
                parents,
                before,
                simulation.dailySpend());
    }

    private void refuse(String ref, String message) {
        Wanted wanted = values.get(ref);
        refusals.add((wanted == null ? "" : "line " + wanted.line() + ", ") + titles.getOrDefault(ref, ref) + ": "
                + message);
    }

    private void audience(Wanted wanted) {
        String ref = wanted.field();
        titles.put(ref, "audience " + quoted(wanted.name()));
        Map<String, Object> resolved = references.resolve(wanted, message -> refuse(ref, message));
        values.put(ref, wanted);
        List<Actual> same = snapshot.audiences().stream()
                .filter(each -> each.name().equals(wanted.name()))
                .toList();
        if (same.size() > 1) {
            refuse(ref, "Pinterest has " + same.size() + " of this name: rename one in Ads Manager");
        } else if (same.size() == 1) {
            found.put(ref, same.get(0));
            Object type = same.get(0).values().get("type");
            if (!wanted.text("type").equals(type)) {
                refuse(ref, "Pinterest has one of this name with the type " + type + ": give it another name");
            }
        } else {
            if (wanted.text("type").equals("visitors") && !resolved.containsKey("tag")) {
                if (snapshot.tags().size() == 1) {
                    resolved.put("tag", snapshot.tags().iterator().next());
                } else {
                    refuse(
                            ref,
                            snapshot.tags().isEmpty()
                                    ? "The ad account has no Pinterest tag that could be found: write its id as tag"
                                    : "The ad account has the Pinterest tags " + String.join(", ", snapshot.tags())
                                            + ": write one of them as tag");
                }
            }
            add(
                    audiences,
                    new Step(PlanAction.Type.CREATE, PlanKind.AUDIENCE, wanted, ref, "", "", resolved),
                    Map.of());
        }
    }

    /** @param parentId the id of the parent; null if the plan creates it */
    private void entity(Wanted wanted, String parentRef, @Nullable String parentId, String parentTitle) {
        String ref = wanted.field();
        String id = wanted.id().orElse("");
        Matcher.Match match = parentId == null && wanted.id().isPresent()
                ? Matcher.Match.refused("It has an id, but what it stands under is new: it cannot be moved there")
                : parentId == null ? Matcher.Match.NONE : matcher.find(wanted, parentId);
        String name = wanted.name().isEmpty() ? match.actual().map(Actual::name).orElse(id) : wanted.name();
        String title = parentTitle.isEmpty() ? name : parentTitle + " / " + name;
        titles.put(ref, wanted.kind().title() + " " + quoted(title));
        parents.put(ref, parentRef);
        values.put(ref, wanted);
        Map<String, Object> resolved = references.resolve(wanted, message -> refuse(ref, message));
        values.put(
                ref,
                new Wanted(wanted.kind(), wanted.line(), ref, wanted.id(), wanted.name(), resolved, wanted.children()));
        if (match.refusal().isPresent()) {
            refuse(ref, match.refusal().get());
            return;
        }
        if (wanted.kind() == PlanKind.AD_GROUP
                && (wanted.values().containsKey("start") || wanted.values().containsKey("end"))
                && isBudgetOnCampaign(parentRef)) {
            refuse(ref, "start and end are the campaign's, as its budget is: write them there");
        }
        if (match.actual().isPresent()) {
            Actual actual = match.actual().get();
            found.put(ref, actual);
            if (match.isByName()) {
                warnings.add(titles.get(ref) + " has no id in the file and was found by its name: write id: \""
                        + actual.id() + "\"");
            }
            change(wanted, resolved, actual, parentRef);
        } else if (!create(wanted, resolved, parentRef)) {
            return; // what stands below it would break rules only because it is missing
        }
        for (Wanted child : wanted.children()) {
            entity(child, ref, match.actual().map(Actual::id).orElse(null), title);
        }
    }

    /** Plans a creation. Returns whether the file has what it needs. */
    private boolean create(Wanted wanted, Map<String, Object> resolved, String parentRef) {
        String ref = wanted.field();
        List<String> needed = switch (wanted.kind()) {
            case CAMPAIGN -> List.of("objective");
            case AD_GROUP -> List.of("billable_event");
            default -> List.of("pin_id", "creative_type");
        };
        List<String> missing =
                needed.stream().filter(field -> !resolved.containsKey(field)).toList();
        if (!missing.isEmpty()) {
            refuse(
                    ref,
                    String.join(" and ", missing) + (missing.size() == 1 ? " is" : " are") + " missing: "
                            + wanted.kind().title() + "s that are created need "
                            + (missing.size() == 1 ? "it" : "them"));
            return false;
        }
        Map<String, Object> set = new LinkedHashMap<>(resolved);
        boolean isActive = "ACTIVE".equals(set.get("status"));
        if (isActive) {
            set.remove("status"); // it becomes active when everything below it is there
        }
        boolean isActiveAnyway =
                wanted.kind() == PlanKind.AD_GROUP && Draft.isPerformancePlus(parentRef, found, values);
        Step step = new Step(PlanAction.Type.CREATE, wanted.kind(), wanted, ref, parentRef, "", set);
        add(writes, step, Map.of());
        showStatus(step, isActiveAnyway ? "ACTIVE, as Performance+ needs; its campaign is paused" : "PAUSED");
        if (isActive && !isActiveAnyway) {
            Map<String, Object> status = Map.of("status", "ACTIVE");
            add(
                    activations,
                    new Step(PlanAction.Type.ACTIVATE, wanted.kind(), wanted, ref, parentRef, "", status),
                    Map.of("status", "PAUSED"));
        }
        return true;
    }

    /** Shows the status that something new gets although the file does not say it. */
    private void showStatus(Step step, String status) {
        PlanAction action = actions.get(step);
        if (action != null && !step.set().containsKey("status")) {
            List<FieldChange> changes = new ArrayList<>(action.changes());
            changes.add(0, new FieldChange("status", "", status, Optional.empty()));
            actions.put(step, new PlanAction(action.type(), action.kind(), action.id(), action.name(), changes));
        }
    }

    /** Returns whether Pinterest ignores the times of the ad groups. */
    private boolean isBudgetOnCampaign(String campaignRef) {
        Actual actual = found.get(campaignRef);
        Wanted wanted = values.get(campaignRef);
        return actual != null
                ? actual.fields().isTrue("is_campaign_budget_optimization")
                : wanted != null && !Boolean.TRUE.equals(wanted.values().get("budget_on_ad_groups"));
    }

    private void change(Wanted wanted, Map<String, Object> resolved, Actual actual, String parentRef) {
        String ref = wanted.field();
        Map<String, Object> all = new LinkedHashMap<>();
        if (!wanted.name().isEmpty()) {
            all.put("name", wanted.name());
        }
        all.putAll(resolved);
        Differences differences = Differences.of(all, actual, state, text);
        differences.refusals().forEach(message -> refuse(ref, message));
        boolean wasWritten = state.written().contains(actual.id()); // so it was changed after that
        if (!differences.drift().isEmpty() && (!options.overwritesDrift() || wasWritten)) {
            refuse(
                    ref,
                    "Somebody changed it at Pinterest since the last apply. " + String.join("; ", differences.drift())
                            + ". Write the present value into the file, or "
                            + (options.overwritesDrift()
                                    ? "plan again to overwrite it"
                                    : "overwrite it (--overwrite-drift)"));
        }
        if (differences.set().isEmpty()) {
            return;
        }
        Map<String, Object> set = new LinkedHashMap<>(differences.set());
        boolean activates = "ACTIVE".equals(set.get("status"));
        if (activates) {
            set.remove("status");
        }
        if (!set.isEmpty()) {
            Step step = new Step(PlanAction.Type.CHANGE, wanted.kind(), wanted, ref, parentRef, actual.id(), set);
            add(
                    "PAUSED".equals(set.get("status")) ? pauses : writes,
                    step,
                    differences.changes().stream()
                            .filter(change -> !activates || !change.field().equals("status"))
                            .toList());
        }
        if (activates) {
            add(
                    activations,
                    new Step(
                            PlanAction.Type.ACTIVATE,
                            wanted.kind(),
                            wanted,
                            ref,
                            parentRef,
                            actual.id(),
                            Map.of("status", "ACTIVE")),
                    differences.changes().stream()
                            .filter(change -> change.field().equals("status"))
                            .toList());
        }
    }

    private void add(List<Step> steps, Step step, Map<String, Object> before) {
        List<FieldChange> changes = new ArrayList<>();
        step.set()
                .forEach((field, value) -> changes.add(new FieldChange(
                        field, text.of(field, before.get(field)), text.of(field, value), Optional.empty())));
        add(steps, step, changes);
    }

    private void add(List<Step> steps, Step step, List<FieldChange> changes) {
        steps.add(step);
        String title = titles.getOrDefault(step.ref(), "");
        String name = title.substring(title.indexOf('"') + 1, title.length() - 1);
        actions.put(step, new PlanAction(step.type(), step.kind(), step.id(), name, changes));
    }
}
