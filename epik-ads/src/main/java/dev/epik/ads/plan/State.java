// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.plan;

import dev.epik.ads.json.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The values that were applied last. Immutable: a change returns a new one.
 *
 * @param entities by id
 * @param creations what may have been created, and whose id is not known yet, by {@link #place}
 * @param run the fingerprint of the plan that is being applied; empty text if none is
 * @param written the ids that this run has created or changed; what others changed in them since is not overwritten
 */
record State(
        String adAccount,
        Map<String, Applied> entities,
        Map<String, String> creations,
        String run,
        Set<String> written) {
    private static final long VERSION = 1;

    /**
     * An entity.
     *
     * @param place where it was created or found, see {@link #place}
     * @param values the fields of the plan file that were applied last
     * @param pending fields that were sent, while the answer was not seen yet
     * @param before the values of these fields before they were sent; empty text for a field that was not set
     */
    record Applied(
            PlanKind kind,
            String place,
            Map<String, Object> values,
            Map<String, Object> pending,
            Map<String, Object> before) {}

    static State empty(String adAccount) {
        return new State(adAccount, Map.of(), Map.of(), "", Set.of());
    }

    /** Returns what identifies an entity without an id: its kind, the id of its parent, and its name. */
    static String place(PlanKind kind, String parentId, String name) {
        return kind + "/" + parentId + "/" + name;
    }

    Optional<String> idAt(String place) {
        return entities.entrySet().stream()
                .filter(each -> each.getValue().place().equals(place))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Returns the values that this plan left, or may have left: applied last, sent last, and as it was before that. */
    List<Object> known(String id, String field) {
        Applied applied = entities.get(id);
        List<Object> known = new ArrayList<>();
        if (applied != null) {
            for (Map<String, Object> values : List.of(applied.values, applied.pending, applied.before)) {
                Object value = values.get(field);
                if (value != null) {
                    known.add(value);
                }
            }
        }
        return known;
    }

    State withRun(String fingerprint) {
        return run.equals(fingerprint) ? this : new State(adAccount, entities, creations, fingerprint, Set.of());
    }

    State creating(String place, String time) {
        Map<String, String> changed = new LinkedHashMap<>(creations);
        changed.put(place, time);
        return new State(adAccount, entities, changed, run, written);
    }

    State notCreated(String place) {
        Map<String, String> changed = new LinkedHashMap<>(creations);
        changed.remove(place);
        return new State(adAccount, entities, changed, run, written);
    }

    /** @param before the present values of the fields that are sent; empty text for a field that is not set */
    State sending(PlanKind kind, String id, String place, Map<String, Object> values, Map<String, Object> before) {
        Applied known = entities.get(id);
        Map<String, Object> last = known == null ? Map.of() : known.values;
        return with(id, new Applied(kind, place, last, values, before)).withWritten(id);
    }

    State applied(PlanKind kind, String id, String place, Map<String, Object> values) {
        return with(id, new Applied(kind, place, values, Map.of(), Map.of())).notCreated(place);
    }

    State withWritten(String id) {
        Set<String> changed = new TreeSet<>(written);
        changed.add(id);
        return new State(adAccount, entities, creations, run, changed);
    }

    private State with(String id, Applied entity) {
        Map<String, Applied> changed = new LinkedHashMap<>(entities);
        changed.put(id, entity);
        return new State(adAccount, changed, creations, run, written);
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", VERSION);
        json.put("ad_account", adAccount);
        Map<String, Object> all = new LinkedHashMap<>();
        entities.forEach((id, entity) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("kind", entity.kind.name());
            one.put("place", entity.place);
            one.put("values", entity.values);
            if (!entity.pending.isEmpty()) {
                one.put("pending", entity.pending);
                one.put("before", entity.before);
            }
            all.put(id, one);
        });
        json.put("entities", all);
        json.put("creations", creations);
        json.put("run", run);
        json.put("written", List.copyOf(written));
        return json;
    }

    /** Returns the state of a JSON object; empty if it is not one, has another version, or is not complete. */
    static Optional<State> of(Fields json) {
        if (json.number("version").orElse(0) != VERSION
                || json.text("ad_account").isEmpty()
                || !(json.json().get("entities") instanceof Map)
                || !(json.json().get("creations") instanceof Map)) {
            return Optional.empty();
        }
        Map<String, Applied> entities = new LinkedHashMap<>();
        for (Map.Entry<String, ?> entry : json.object("entities").json().entrySet()) {
            Fields entity = Fields.of(entry.getValue());
            Optional<PlanKind> kind = Stream.of(PlanKind.values())
                    .filter(each -> entity.is("kind", each.name()))
                    .findFirst();
            if (kind.isEmpty() || !(entity.json().get("values") instanceof Map)) {
                return Optional.empty(); // without it, a change by others would not be found
            }
            entities.put(
                    entry.getKey(),
                    new Applied(
                            kind.get(),
                            entity.text("place").orElse(""),
                            values(entity.object("values")),
                            values(entity.object("pending")),
                            values(entity.object("before"))));
        }
        Map<String, String> creations = new LinkedHashMap<>();
        json.object("creations").json().forEach((place, time) -> creations.put(place, String.valueOf(time)));
        return Optional.of(new State(
                json.text("ad_account").orElse(""),
                entities,
                creations,
                json.text("run").orElse(""),
                new TreeSet<>(json.texts("written"))));
    }

    private static Map<String, Object> values(Fields json) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String field : json.json().keySet()) {
            Object value = json.json().get(field);
            if (value instanceof List<?>) {
                values.put(field, json.texts(field));
            } else if (value != null) {
                values.put(field, value);
            }
        }
        return values;
    }
}
