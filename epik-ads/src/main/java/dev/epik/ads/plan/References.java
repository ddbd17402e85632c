// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import static dev.epik.ads.plan.Mistakes.quoted;

import dev.epik.ads.rules.SimilarNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** Replaces the names of audiences and interests by their ids. Immutable. */
final class References {
    /** The pattern of ids, which no name is taken for. */
    static final String ID = "[0-9]{6,18}";

    private final Snapshot snapshot;
    private final List<String> newAudiences;

    /** @param newAudiences the names of those that the plan creates */
    References(Snapshot snapshot, List<String> newAudiences) {
        this.snapshot = snapshot;
        this.newAudiences = newAudiences;
    }

    /**
     * Returns the values of something with ids in place of names, sorted. Names without an id are refused and left out.
     */
    Map<String, Object> resolve(Wanted wanted, Consumer<String> refusals) {
        Map<String, Object> resolved = new LinkedHashMap<>(wanted.values());
        if (wanted.kind() == PlanKind.AD_GROUP) {
            for (String field : List.of("include", "exclude")) {
                replace(field, resolved, name -> audience(name, message -> refusals.accept(field + ": " + message)));
            }
            replace("interests", resolved, name -> {
                Optional<String> id = Optional.ofNullable(snapshot.interests().get(name));
                if (id.isEmpty()) {
                    refusals.accept("interests: "
                            + snapshot.interestProblems().getOrDefault(name, quoted(name) + " is unknown"));
                }
                return id;
            });
            replace("locations", resolved, Optional::of);
        }
        if (wanted.kind() == PlanKind.AUDIENCE && wanted.values().containsKey("seed")) {
            audience(wanted.text("seed"), message -> refusals.accept("seed: " + message))
                    .ifPresent(id -> resolved.put("seed", id));
        }
        return resolved;
    }

    private static void replace(String field, Map<String, Object> values, Function<String, Optional<String>> idOf) {
        if (values.get(field) instanceof List<?> names) {
            List<String> ids = new ArrayList<>();
            names.forEach(name -> idOf.apply(name.toString()).ifPresent(ids::add));
            values.put(field, CurrentValues.sorted(ids));
        }
    }

    private Optional<String> audience(String name, Consumer<String> refusals) {
        List<String> found = snapshot.audiences().stream()
                .filter(each -> each.name().equals(name))
                .map(Actual::id)
                .toList();
        if (found.size() == 1) {
            return Optional.of(found.get(0));
        }
        if (found.isEmpty() && newAudiences.contains(name)) {
            return Optional.of(Step.NEW + name);
        }
        if (found.isEmpty() && name.matches(ID)) { // also of an audience of another ad account
            return Optional.of(name);
        }
        List<String> similar = SimilarNames.to(
                name,
                Stream.concat(snapshot.audiences().stream().map(Actual::name), newAudiences.stream())
                        .toList());
        refusals.accept(
                found.isEmpty()
                        ? "There is no audience " + quoted(name)
                                + (similar.isEmpty()
                                        ? ": add it to audiences, or correct the name"
                                        : ": is it " + quoted(similar.get(0)) + "?")
                        : "There are " + found.size() + " audiences " + quoted(name) + ": write the id of one, "
                                + String.join(" or ", found));
        return Optional.empty();
    }

    /** Returns the names of all audiences and interests by their ids. */
    Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        snapshot.interests().forEach((name, id) -> names.put(id, name));
        snapshot.audiences().forEach(each -> names.put(each.id(), each.name()));
        return names;
    }
}
