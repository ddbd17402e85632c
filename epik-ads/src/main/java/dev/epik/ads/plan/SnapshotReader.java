// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.AdsClient;
import dev.epik.ads.AdsException;
import dev.epik.ads.EntityClient;
import dev.epik.ads.EntityStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads what a plan needs to know of an ad account. Changes nothing. */
final class SnapshotReader {
    static final Set<EntityStatus> ALL = EnumSet.complementOf(EnumSet.of(EntityStatus.OTHER));

    private final AdsClient ads;
    private final PlanModel model;
    private final State state;

    private SnapshotReader(AdsClient ads, PlanModel model, State state) {
        this.ads = ads;
        this.model = model;
        this.state = state;
    }

    /** @throws AdsException if Pinterest cannot be read */
    static Snapshot read(AdsClient ads, PlanModel model, State state, Instant now) {
        return new SnapshotReader(ads, model, state).snapshot(now);
    }

    private Snapshot snapshot(Instant now) {
        List<Actual> campaigns = campaigns(ads);
        Set<String> names = model.campaigns().stream().map(Wanted::name).collect(Collectors.toSet());
        Set<String> ids = new LinkedHashSet<>();
        model.campaigns().forEach(campaign -> campaign.id().ifPresent(ids::add));
        Set<String> relevant = campaigns.stream()
                .filter(each -> each.isActive()
                        || names.contains(each.name())
                        || ids.contains(each.id())
                        || state.entities().containsKey(each.id()))
                .map(Actual::id)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        List<Actual> groups = below(PlanKind.AD_GROUP, ads, relevant);
        List<Actual> all = below(PlanKind.AD, ads, relevant);
        for (Wanted campaign : model.campaigns()) {
            for (Wanted group : campaign.children()) {
                addById(group, ads.adGroups(), groups);
                group.children().forEach(ad -> addById(ad, ads.ads(), all));
            }
        }
        Map<String, String> interests = new LinkedHashMap<>();
        Map<String, String> problems = new LinkedHashMap<>();
        readInterests(interests, problems);
        List<Actual> audiences;
        try (var stream = ads.audiences().list()) {
            audiences = stream.map(each -> Actual.of(PlanKind.AUDIENCE, each)).toList();
        }
        return new Snapshot(
                ads.account(), now, campaigns, groups, all, audiences, interests, problems, tags(audiences));
    }

    /** Returns all campaigns of the ad account, whatever their status. */
    static List<Actual> campaigns(AdsClient ads) {
        try (var stream = ads.campaigns().list(ALL)) {
            return stream.map(each -> Actual.of(PlanKind.CAMPAIGN, each)).toList();
        }
    }

    /** Returns the ad groups or ads of some campaigns, whatever their status. */
    static List<Actual> below(PlanKind kind, AdsClient ads, Set<String> campaigns) {
        EntityClient<?, ?> client = kind == PlanKind.AD ? ads.ads() : ads.adGroups();
        try (var stream = client.listOf(campaigns, ALL)) {
            return stream.map(each -> Actual.of(kind, each)).collect(Collectors.toCollection(ArrayList::new));
        }
    }

    /**
     * Adds what the file names by an id and does not stand where the file has it, so that the message has its place.
     */
    private static void addById(Wanted wanted, EntityClient<?, ?> client, List<Actual> known) {
        wanted.id()
                .filter(id -> known.stream().noneMatch(each -> each.id().equals(id)))
                .flatMap(client::find)
                .ifPresent(entity -> known.add(Actual.of(wanted.kind(), entity)));
    }

    private void readInterests(Map<String, String> interests, Map<String, String> problems) {
        Stream<Wanted> groups = model.campaigns().stream().flatMap(campaign -> campaign.children().stream());
        for (String name : groups.flatMap(group -> Specs.texts(group.values(), "interests").stream())
                .distinct()
                .toList()) {
            try {
                interests.put(
                        name,
                        name.matches(References.ID)
                                ? name
                                : ads.interests().named(name).id());
            } catch (AdsException e) {
                problems.put(name, e.getMessage());
            }
        }
    }

    /** Returns the Pinterest tags, if an audience of the plan needs one. */
    private Set<String> tags(List<Actual> audiences) {
        boolean isNeeded = model.audiences().stream()
                .anyMatch(each -> each.text("type").equals("visitors")
                        && each.text("tag").isEmpty()
                        && audiences.stream().noneMatch(other -> other.name().equals(each.name())));
        return isNeeded ? new TreeSet<>(ads.tagIds()) : Set.of();
    }
}
