// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdGroup;
import dev.epik.ads.AdsClient;
import dev.epik.ads.AdsEntity;
import dev.epik.ads.AdsException;
import dev.epik.ads.AdsSpec;
import dev.epik.ads.EntityClient;
import dev.epik.ads.SpendLimit;
import dev.epik.ads.WriteResult;
import dev.epik.ads.http.AdsCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the writes of a plan, one after the other. It stops at the first that fails. Before something is created, the
 * state file has an entry, and Pinterest is asked whether it is there already. After an answer that was lost it looks
 * what happened. Not thread-safe.
 */
final class Applier {
    private static final int MAX_LOOKS = 3;
    private static final String MOVED = "Was it changed meanwhile? Check it in Ads Manager, then plan again";
    private static final String LOST =
            "Pinterest's answer was lost, and the change may still come: wait a minute and apply again";

    private final AdsClient ads;
    private final StateFile file;
    private final Draft draft;
    private final @Nullable SpendLimit limit;
    private final AdsCalls.Pause pause;
    private final Consumer<CrashPoint> crashPoints;
    private final String time;
    private final Set<String> existing;
    private final Map<String, String> ids = new HashMap<>();
    private final Map<String, String> audiences = new HashMap<>();
    private final List<String> notes = new ArrayList<>();
    private String title = "";

    /** The points of a write at which a test kills the process. */
    enum CrashPoint {
        /** The state file has what will be written. */
        ANNOUNCED,
        /** Pinterest has answered. */
        ANSWERED,
        /** The state file has the result. */
        STORED
    }

    /** @param existing the ids of what was there before the first write */
    Applier(
            AdsClient ads,
            StateFile file,
            Draft draft,
            @Nullable SpendLimit limit,
            AdsCalls.Pause pause,
            Consumer<CrashPoint> crashPoints,
            String time,
            Set<String> existing) {
        this.ads = ads;
        this.file = file;
        this.draft = draft;
        this.limit = limit;
        this.pause = pause;
        this.crashPoints = crashPoints;
        this.time = time;
        this.existing = existing;
        draft.found().forEach((ref, actual) -> ids.put(ref, actual.id()));
    }

    /** @param progress is called after each write */
    ApplyReport run(Consumer<PlanAction> progress) {
        List<PlanAction> applied = new ArrayList<>();
        Optional<String> failure = Optional.empty();
        List<Step> steps = draft.steps();
        for (int i = 0; i < steps.size() && failure.isEmpty(); i++) {
            PlanAction action = draft.actions().get(i);
            title = action.kind().title() + " \"" + action.name() + "\"";
            try {
                execute(steps.get(i));
                applied.add(action);
                progress.accept(action);
            } catch (Stopped | AdsException e) {
                failure = Optional.of(title + ": " + e.getMessage());
            }
        }
        if (failure.isEmpty()) {
            try {
                storeAll();
            } catch (AdsException e) {
                failure = Optional.of(e.getMessage());
            }
        }
        return new ApplyReport(
                applied, draft.actions().subList(applied.size(), steps.size()), List.of(), failure, notes);
    }

    /** Why a step did not end well. */
    private static final class Stopped extends Exception {
        private static final long serialVersionUID = 1L;

        Stopped(String message) {
            super(message);
        }
    }

    private void execute(Step step) throws Stopped {
        Map<String, Object> set = withIds(step.set());
        if (step.type() == PlanAction.Type.CREATE) {
            create(step, set);
        } else {
            change(step, set);
        }
    }

    /** Replaces the names of audiences that this plan has created by their ids. */
    private Map<String, Object> withIds(Map<String, Object> values) throws Stopped {
        Map<String, Object> changed = new LinkedHashMap<>();
        for (Map.Entry<String, Object> value : values.entrySet()) {
            Object now = value.getValue();
            if (now instanceof List<?> list) {
                List<String> texts = new ArrayList<>();
                for (Object each : list) {
                    texts.add(withId(each.toString()));
                }
                now = CurrentValues.sorted(texts);
            } else if (now instanceof String text && value.getKey().equals("seed")) {
                now = withId(text);
            }
            changed.put(value.getKey(), now);
        }
        return changed;
    }

    private String withId(String value) throws Stopped {
        if (!value.startsWith(Step.NEW)) {
            return value;
        }
        String id = audiences.get(value.substring(Step.NEW.length()));
        if (id == null) {
            throw new Stopped("The audience " + value.substring(Step.NEW.length()) + " was not created");
        }
        return id;
    }

    private String parentId(Step step) {
        return step.parentRef().isEmpty() ? "" : ids.getOrDefault(step.parentRef(), "");
    }

    private void create(Step step, Map<String, Object> set) throws Stopped {
        String name = step.wanted().name();
        String place = State.place(step.kind(), parentId(step), name);
        boolean wasBegun = file.state().creations().containsKey(place);
        List<? extends AdsEntity> same = named(step, name);
        if (!same.isEmpty()) {
            if (!wasBegun || same.size() > 1) {
                throw new Stopped("Pinterest has one of this name since the plan was made, "
                        + same.get(0).id() + ": plan again");
            }
            created(step, place, same.get(0).id(), set); // by a run that was interrupted
            confirm(step, Optional.of(same.get(0)), newValues(step, set), MOVED);
            return;
        }
        file.write(file.state().creating(place, time));
        crashPoints.accept(CrashPoint.ANNOUNCED);
        WriteResult<? extends AdsEntity> result = sendOrForget(step, set, place);
        crashPoints.accept(CrashPoint.ANSWERED);
        if (result instanceof WriteResult.Applied<? extends AdsEntity> applied) {
            if (existing.contains(applied.entity().id())) {
                throw new Stopped("Pinterest answered with the id of another one, "
                        + applied.entity().id() + ": look in Ads Manager what was created, then plan again");
            }
            note(applied.differences());
            created(step, place, applied.entity().id(), set);
            confirm(step, Optional.of(applied.entity()), newValues(step, set), MOVED);
        } else if (result instanceof WriteResult.Rejected<? extends AdsEntity> rejected) {
            file.write(file.state().notCreated(place));
            throw new Stopped(rejected.message());
        } else {
            created(step, place, foundAfterUnknown(step, name), set);
            confirm(step, Optional.empty(), newValues(step, set), MOVED);
        }
    }

    /** Returns what must be so after a creation: nothing is active, but an ad group of a Performance+ campaign. */
    private Map<String, Object> newValues(Step step, Map<String, Object> set) {
        Map<String, Object> values = Confirmation.of(set);
        if (step.kind() != PlanKind.AD_GROUP
                || !Draft.isPerformancePlus(step.parentRef(), draft.found(), draft.values())) {
            values.put("status", "PAUSED");
        }
        return values;
    }

    /**
     * Looks until something has these values, because Pinterest may show a change late.
     *
     * @param first as it was read back; empty if it was not
     * @param cure what to do if it has not
     */
    private void confirm(Step step, Optional<? extends AdsEntity> first, Map<String, Object> values, String cure)
            throws Stopped {
        if (step.kind() == PlanKind.AUDIENCE) {
            return; // spends nothing
        }
        String id = idOf(step);
        List<String> differences = List.of("not read");
        for (int look = 0; look <= MAX_LOOKS && !differences.isEmpty(); look++) {
            if (look > 1) {
                await(look - 1);
            }
            differences = (look == 0 ? first : client(step.kind()).find(id))
                    .map(now -> Confirmation.differences(
                            values, Actual.of(step.kind(), now).values()))
                    .orElse(List.of("it is gone"));
        }
        if (!differences.isEmpty()) {
            throw new Stopped("At Pinterest (" + id + ") " + String.join("; ", differences) + ". " + cure);
        }
    }

    private String idOf(Step step) {
        return step.id().isEmpty() ? ids.getOrDefault(step.ref(), "") : step.id();
    }

    private EntityClient<?, ?> client(PlanKind kind) {
        return switch (kind) {
            case CAMPAIGN -> ads.campaigns();
            case AD_GROUP -> ads.adGroups();
            default -> ads.ads();
        };
    }

    private WriteResult<? extends AdsEntity> sendOrForget(Step step, Map<String, Object> set, String place) {
        try {
            return send(step, set, step.wanted().name());
        } catch (AdsException e) { // nothing was sent
            file.write(file.state().notCreated(place));
            throw e;
        }
    }

    private WriteResult<? extends AdsEntity> send(Step step, Map<String, Object> set, String name) {
        String currency = ads.account().currency();
        return switch (step.kind()) {
            case AUDIENCE -> ads.audiences().create(Specs.newAudience(name, set));
            case CAMPAIGN -> create(ads.campaigns(), Specs.newCampaign(name, set, currency));
            case AD_GROUP -> create(ads.adGroups(), Specs.newAdGroup(parentId(step), name, set, currency));
            case AD -> create(ads.ads(), Specs.newAd(parentId(step), name, set));
        };
    }

    private <E extends AdsEntity, S extends AdsSpec<S>> WriteResult<E> create(EntityClient<E, S> client, S spec) {
        return limit == null ? client.create(spec) : client.create(spec, limit);
    }

    /** Returns what has this name at this place now, whatever its status. */
    private List<? extends AdsEntity> named(Step step, String name) {
        String parentId = parentId(step);
        return switch (step.kind()) {
            case AUDIENCE -> ads.audiences().findByName(name);
            case CAMPAIGN -> ads.campaigns().findByName(name);
            default ->
                below(step.kind(), step.kind() == PlanKind.AD ? campaignOf(step) : parentId).stream()
                        .filter(each -> each.name().equals(name))
                        .filter(each -> step.kind() == PlanKind.AD_GROUP
                                || parentId.equals(each.fields().get("ad_group_id")))
                        .toList();
        };
    }

    private List<? extends AdsEntity> below(PlanKind kind, String campaignId) {
        try (var stream = client(kind).listOf(Set.of(campaignId), SnapshotReader.ALL)) {
            return stream.toList();
        }
    }

    private String campaignOf(Step ad) {
        String campaignRef = draft.parents().getOrDefault(ad.parentRef(), "");
        return ids.getOrDefault(campaignRef, "");
    }

    private String foundAfterUnknown(Step step, String name) throws Stopped {
        for (int look = 1; look <= MAX_LOOKS; look++) {
            List<? extends AdsEntity> same = named(step, name);
            if (same.size() == 1) {
                return same.get(0).id();
            }
            if (same.size() > 1) {
                throw new Stopped("Pinterest has " + same.size() + " of this name now: delete one in Ads Manager");
            }
            await(look);
        }
        throw new Stopped("Pinterest's answer was lost, and it was not found by its name. It may still appear:"
                + " wait a minute and apply again, which looks again before it creates anything");
    }

    private void await(int look) throws Stopped {
        try {
            pause.of(Duration.ofSeconds(1L << (look - 1)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped("The thread was interrupted: apply again");
        }
    }

    private void created(Step step, String place, String id, Map<String, Object> set) {
        ids.put(step.ref(), id);
        if (step.kind() == PlanKind.AUDIENCE) {
            audiences.put(step.wanted().name(), id);
        }
        file.write(file.state().applied(step.kind(), id, place, set).withWritten(id));
        crashPoints.accept(CrashPoint.STORED);
    }

    private void change(Step step, Map<String, Object> set) throws Stopped {
        String id = idOf(step);
        if (step.type() == PlanAction.Type.ACTIVATE) {
            confirm(step, Optional.empty(), valuesOfTheFile(step), MOVED);
        }
        String place = State.place(step.kind(), parentId(step), step.wanted().name());
        State before = file.state();
        file.write(before.sending(step.kind(), id, place, set, present(step)));
        crashPoints.accept(CrashPoint.ANNOUNCED);
        WriteResult<? extends AdsEntity> result = update(step.kind(), id, set);
        crashPoints.accept(CrashPoint.ANSWERED);
        if (result instanceof WriteResult.Applied<? extends AdsEntity> applied) {
            note(applied.differences());
            confirm(step, Optional.of(applied.entity()), Confirmation.of(set), MOVED);
        } else if (result instanceof WriteResult.Rejected<? extends AdsEntity> rejected) {
            file.write(before);
            throw new Stopped(rejected.message());
        } else {
            confirm(step, Optional.empty(), set, LOST);
        }
        Map<String, Object> values = new LinkedHashMap<>();
        State.Applied known = before.entities().get(id);
        values.putAll(known == null ? Map.of() : known.values());
        values.putAll(set);
        file.write(file.state().applied(step.kind(), id, place, values).withWritten(id));
        crashPoints.accept(CrashPoint.STORED);
    }

    /** Returns the values that a change replaces. */
    private Map<String, Object> present(Step step) {
        Actual actual = draft.found().get(step.ref());
        Map<String, Object> present = new LinkedHashMap<>();
        for (String field : step.set().keySet()) {
            Object value = actual == null ? "PAUSED" : actual.values().get(field); // a new one has a status only
            present.put(field, value == null ? "" : value);
        }
        return present;
    }

    private WriteResult<? extends AdsEntity> update(PlanKind kind, String id, Map<String, Object> set) throws Stopped {
        String currency = ads.account().currency();
        switch (kind) {
            case CAMPAIGN -> {
                return update(ads.campaigns(), id, Specs.campaign(set, currency));
            }
            case AD_GROUP -> {
                AdGroup group = ads.adGroups().find(id).orElseThrow(() -> new Stopped("It is gone: plan again"));
                return update(ads.adGroups(), id, Specs.adGroup(set, group.targeting(), currency));
            }
            default -> {
                return update(ads.ads(), id, Specs.ad(set));
            }
        }
    }

    private <E extends AdsEntity, S extends AdsSpec<S>> WriteResult<E> update(
            EntityClient<E, S> client, String id, S change) {
        return limit == null ? client.update(id, change) : client.update(id, change, limit);
    }

    /** Returns what an activation must find, so that nothing spends more, or elsewhere, than the file has. */
    private Map<String, Object> valuesOfTheFile(Step step) throws Stopped {
        Map<String, Object> values = Confirmation.of(
                withIds(draft.values().getOrDefault(step.ref(), step.wanted()).values()));
        values.remove("status");
        return values;
    }

    private void note(List<String> differences) {
        for (String difference : differences) {
            notes.add(title + ": " + difference);
        }
    }

    /** Stores the values of the file for everything that it has, so that a later plan can find drift. */
    private void storeAll() {
        State state = file.state();
        for (Map.Entry<String, Wanted> each : draft.values().entrySet()) {
            Wanted wanted = each.getValue();
            String id = ids.get(each.getKey());
            if (id != null && wanted.kind() != PlanKind.AUDIENCE) {
                String parentId = ids.getOrDefault(draft.parents().getOrDefault(each.getKey(), ""), "");
                Map<String, Object> values = new LinkedHashMap<>();
                if (!wanted.name().isEmpty()) {
                    values.put("name", wanted.name());
                }
                try {
                    values.putAll(withIds(wanted.values()));
                } catch (Stopped e) {
                    continue; // it was found before, so nothing is missing
                }
                String place = State.place(wanted.kind(), parentId, wanted.name());
                state = state.applied(wanted.kind(), id, place, values);
            }
        }
        file.write(state);
    }
}
