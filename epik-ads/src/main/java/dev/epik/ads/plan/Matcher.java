// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds what a plan means. Identity is the id in the file, then the id that the state has for the name, then a unique
 * name within the parent. Immutable.
 */
final class Matcher {
    private final Snapshot snapshot;
    private final State state;
    private final boolean adopts;
    private final Set<String> idsInFile;

    /**
     * @param adopts whether something active may be found by its name
     * @param idsInFile those of all items, which no name can find
     */
    Matcher(Snapshot snapshot, State state, boolean adopts, Set<String> idsInFile) {
        this.snapshot = snapshot;
        this.state = state;
        this.adopts = adopts;
        this.idsInFile = idsInFile;
    }

    /**
     * The result of a search.
     *
     * @param refusal why the plan cannot go on; empty if it can
     */
    record Match(Optional<Actual> actual, boolean isByName, Optional<String> refusal) {
        static final Match NONE = new Match(Optional.empty(), false, Optional.empty());

        static Match refused(String message) {
            return new Match(Optional.empty(), false, Optional.of(message));
        }
    }

    /** @param parentId the id of the campaign or ad group that it stands under; empty text if there is none */
    Match find(Wanted wanted, String parentId) {
        return wanted.id().isPresent() ? byId(wanted, wanted.id().get(), parentId) : byName(wanted, parentId);
    }

    private Match byId(Wanted wanted, String id, String parentId) {
        Optional<Actual> found = snapshot.find(wanted.kind(), id);
        if (found.isEmpty()) {
            return Match.refused("Pinterest has no " + wanted.kind().title() + " with the id " + id
                    + ": correct it, or delete the line to create a new one");
        }
        if (!found.get().parentId().equals(parentId)) {
            String parent = wanted.kind() == PlanKind.AD ? "ad group" : "campaign";
            return Match.refused("The id " + id + " belongs to the " + parent + " "
                    + found.get().parentId() + ", and it cannot be moved: put it there");
        }
        if (!found.get().isLive()) {
            return Match.refused("The id " + id + " is " + found.get().status()
                    + ", so it cannot be changed: delete it from the file");
        }
        return new Match(found, false, Optional.empty());
    }

    private Match byName(Wanted wanted, String parentId) {
        String place = State.place(wanted.kind(), parentId, wanted.name());
        Optional<Actual> known = state.idAt(place)
                .filter(id -> !idsInFile.contains(id))
                .flatMap(id -> snapshot.find(wanted.kind(), id))
                .filter(actual -> actual.parentId().equals(parentId));
        if (known.isPresent()) {
            return known.get().isLive()
                    ? new Match(known, false, Optional.empty())
                    : Match.refused(
                            "It was created by this plan as " + known.get().id() + ", and is "
                                    + known.get().status() + " now: delete it from the file, or give it another name");
        }
        List<Actual> same = snapshot.below(wanted.kind(), parentId).stream()
                .filter(each -> each.name().equals(wanted.name()))
                .toList();
        Optional<Actual> elsewhere =
                same.stream().filter(each -> idsInFile.contains(each.id())).findFirst();
        if (elsewhere.isPresent()) {
            return Match.refused(
                    "Pinterest has one of this name, " + elsewhere.get().id()
                            + ", which the file has by its id: give this one another name,"
                            + " or apply the other's new name first");
        }
        List<Actual> live = same.stream().filter(Actual::isLive).toList();
        if (live.size() > 1) {
            return Match.refused("Pinterest has " + live.size() + " of this name, " + ids(live)
                    + ": write the id of the one that is meant");
        }
        if (live.isEmpty()) {
            return same.isEmpty()
                    ? Match.NONE
                    : Match.refused("Pinterest has one of this name that is "
                            + same.get(0).status() + ", " + ids(same) + ": give it another name");
        }
        boolean isOwn = state.creations().containsKey(place);
        if (live.get(0).isActive() && !adopts && !isOwn) {
            return Match.refused("Pinterest has one of this name that is ACTIVE, " + ids(live)
                    + ": write its id, or adopt it by its name (--adopt)");
        }
        return new Match(Optional.of(live.get(0)), !isOwn, Optional.empty());
    }

    private static String ids(List<Actual> found) {
        return found.stream().map(Actual::id).collect(Collectors.joining(", "));
    }
}
