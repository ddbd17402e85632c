// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdsClient;
import dev.epik.ads.AdsException;
import dev.epik.ads.Interest;
import dev.epik.ads.Money;
import dev.epik.ads.SpendLimit;
import dev.epik.ads.http.AdsCalls;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes and applies plans of one ad account.
 *
 * <pre>{@code
 * AdsPlanner planner = AdsPlanner.of(ads);
 * Plan plan = planner.plan(PlanFile.read(Path.of("autumn.yaml")));
 * System.out.println(plan.text());
 * ApplyReport report = planner.apply(plan);
 * }</pre>
 *
 * <p><b>Money.</b> What a plan creates is paused. It makes something active only if the file has the word ACTIVE and a
 * spend limit that allows it. Everything else stays as it is: nothing is archived or deleted.
 *
 * <p><b>Threads.</b> Immutable, so thread-safe as its {@link AdsClient}. One process at a time can apply a plan file.
 *
 * <p><b>Lifetime.</b> As long as its client, which it does not close.
 *
 * <p><b>In a crash</b> apply again: the state file beside the plan has what was begun, and Pinterest is asked by name
 * before anything is created. What is half-built is paused, because activation comes last.
 */
public final class AdsPlanner {
    private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofMinutes(10);

    private final AdsClient ads;
    private final boolean adopts;
    private final boolean overwritesDrift;
    private final @Nullable Money ceiling;
    private final Internals internals;

    /** The parts that tests replace. */
    record Internals(
            Clock clock,
            AdsCalls.Pause pause,
            Consumer<Applier.CrashPoint> crashPoints,
            Consumer<PlanAction> progress) {}

    private AdsPlanner(
            AdsClient ads, boolean adopts, boolean overwritesDrift, @Nullable Money ceiling, Internals internals) {
        this.ads = ads;
        this.adopts = adopts;
        this.overwritesDrift = overwritesDrift;
        this.ceiling = ceiling;
        this.internals = internals;
    }

    /** Returns a planner for the ad account of a client. */
    public static AdsPlanner of(AdsClient ads) {
        return new AdsPlanner(
                Objects.requireNonNull(ads, "ads"),
                false,
                false,
                null,
                new Internals(Clock.systemUTC(), time -> Thread.sleep(time.toMillis()), point -> {}, action -> {}));
    }

    /**
     * Returns a planner with a ceiling that no file can exceed, such as that of {@code EPIK_ADS_MAX_DAILY}. It holds
     * for the budget of a day of each campaign, and for the sum of all active ones. A file still needs its own spend
     * limit.
     */
    public AdsPlanner ceiling(Money daily) {
        return new AdsPlanner(ads, adopts, overwritesDrift, Objects.requireNonNull(daily, "daily"), internals);
    }

    /**
     * Returns a planner that also finds active campaigns, ad groups and ads by their names. Default: only paused ones.
     */
    public AdsPlanner adopting() {
        return new AdsPlanner(ads, true, overwritesDrift, ceiling, internals);
    }

    /** Returns a planner that overwrites what others changed at Pinterest since the last apply. Default: it refuses. */
    public AdsPlanner overwritingDrift() {
        return new AdsPlanner(ads, adopts, true, ceiling, internals);
    }

    /** Returns a planner that calls an observer after each write of {@link #apply(Plan)}. */
    public AdsPlanner onProgress(Consumer<PlanAction> observer) {
        return with(new Internals(internals.clock, internals.pause, internals.crashPoints, observer));
    }

    AdsPlanner with(Internals changed) {
        return new AdsPlanner(ads, adopts, overwritesDrift, ceiling, changed);
    }

    /**
     * Reads the ad account and decides what has to be written. Sends nothing.
     *
     * @throws AdsException if Pinterest or the state file cannot be read
     */
    public Plan plan(PlanFile file) {
        PlanOptions options = new PlanOptions(adopts, overwritesDrift, ceiling);
        return plan(file, StateFile.read(file.statePath(), file.adAccount()).withRun(""), options);
    }

    private Plan plan(PlanFile file, State state, PlanOptions options) {
        Snapshot snapshot = SnapshotReader.read(ads, file.model(), state, internals.clock.instant());
        return new Plan(file, snapshot, options, Planner.plan(file.model(), snapshot, state, options));
    }

    /**
     * Reads the ad account again and makes the writes of the plan. It stops if anything moved since the plan was made,
     * and at the first write that fails.
     *
     * @throws AdsException if Pinterest or the state file cannot be read before the first write, or another process
     *     applies the same file
     */
    public ApplyReport apply(Plan plan) {
        PlanOptions options = new PlanOptions(
                plan.options().adopts(),
                plan.options().overwritesDrift(),
                lower(plan.options().ceiling(), ceiling));
        return apply(plan.file(), options, plan.fingerprint(), plan.read());
    }

    /**
     * Applies a saved plan as {@link #apply(Plan)}. The ceiling is that of this planner.
     *
     * @throws AdsException as {@link #apply(Plan)}
     */
    public ApplyReport apply(SavedPlan plan) {
        Instant now = internals.clock.instant();
        if (!now.isBefore(plan.expires())) {
            return refused(List.of("The plan of " + plan.created() + " expired at " + plan.expires() + ": plan again"));
        }
        if (plan.created().isAfter(now.plus(MAX_CLOCK_DIFFERENCE))) {
            return refused(
                    List.of("The plan was made at " + plan.created() + ", which is in the future: correct the clock"));
        }
        PlanOptions options = new PlanOptions(plan.adopts(), plan.overwritesDrift(), ceiling);
        return apply(plan.file(), options, plan.fingerprint(), plan.read());
    }

    private static @Nullable Money lower(@Nullable Money one, @Nullable Money other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) <= 0 ? one : other;
    }

    private ApplyReport apply(PlanFile file, PlanOptions options, String fingerprint, Fingerprint expected) {
        try (StateFile state = StateFile.open(file.statePath(), file.adAccount())) {
            State begun = state.state().withRun(fingerprint);
            Plan plan = plan(file, begun, options);
            List<String> moved = expected.moved(plan.read(), own(plan, state.state(), fingerprint));
            if (!moved.isEmpty()) {
                return refused(List.of("The ad account is not as it was when the plan was made. What moved: "
                        + String.join(", ", moved.subList(0, Math.min(10, moved.size())))
                        + (moved.size() > 10 ? " and " + (moved.size() - 10) + " more" : "") + ". Plan again"));
            }
            if (!plan.refusals().isEmpty()) {
                return refused(plan.refusals());
            }
            state.write(begun);
            SpendLimit limit = file.model().spendLimit(options.ceiling());
            return new Applier(
                            ads,
                            state,
                            plan.draft(),
                            limit,
                            internals.pause,
                            internals.crashPoints,
                            plan.time().toString(),
                            plan.read().hashes().keySet())
                    .run(internals.progress);
        }
    }

    /** Returns the ids that an interrupted run of the same plan has created or changed. */
    private static Set<String> own(Plan plan, State state, String fingerprint) {
        if (!state.run().equals(fingerprint)) {
            return Set.of();
        }
        Set<String> own = new LinkedHashSet<>(state.written());
        own.addAll(plan.placed(state.creations().keySet()));
        return own;
    }

    private static ApplyReport refused(List<String> refusals) {
        return new ApplyReport(List.of(), List.of(), refusals, Optional.empty(), List.of());
    }

    /**
     * Pauses all active campaigns, which stops all spending. It needs no limit, goes on if one fails, and looks again
     * at the end. Ad groups and ads keep their status.
     */
    public PauseReport pauseAll() {
        return new PauseAll(ads).run();
    }

    /**
     * Returns a plan file of all campaigns, ad groups and ads that are active or paused, with their ids. A plan of it
     * changes nothing.
     *
     * @throws AdsException if Pinterest cannot be read
     */
    public String export() {
        List<Actual> campaigns = new ArrayList<>(
                SnapshotReader.campaigns(ads).stream().filter(Actual::isLive).toList());
        Set<String> ids = new LinkedHashSet<>(campaigns.stream().map(Actual::id).toList());
        return Export.of(
                ads.account(),
                internals.clock.instant(),
                campaigns,
                SnapshotReader.below(PlanKind.AD_GROUP, ads, ids),
                SnapshotReader.below(PlanKind.AD, ads, ids),
                audienceNames(),
                this::interestName);
    }

    private UnaryOperator<String> audienceNames() {
        Map<String, String> names = new LinkedHashMap<>();
        Map<String, Integer> count = new LinkedHashMap<>();
        try (var stream = ads.audiences().list()) {
            stream.forEach(each -> {
                names.put(each.id(), each.name());
                count.merge(each.name(), 1, Integer::sum);
            });
        }
        return id -> {
            String name = names.getOrDefault(id, "");
            return name.isBlank() || count.getOrDefault(name, 0) > 1 ? id : name;
        };
    }

    private String interestName(String id) {
        try {
            String name = ads.interests().find(id).map(Interest::name).orElse(id);
            return ads.interests().named(name).id().equals(id) ? name : id;
        } catch (AdsException e) {
            return id; // the name is not unique
        }
    }
}
