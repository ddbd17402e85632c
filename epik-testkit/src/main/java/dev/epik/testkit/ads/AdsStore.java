// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.time.Clock;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The entities of one ad account. Not thread-safe. */
public final class AdsStore {
    private static final long FIRST_ID = 626_000_000_001L;

    private final String account;
    private final Clock clock;
    private final Map<EntityKind, NavigableMap<Long, Entity>> entities = new EnumMap<>(EntityKind.class);
    private final Map<String, Set<Map<String, String>>> rows = new LinkedHashMap<>();
    private long nextId = FIRST_ID;

    public AdsStore(String account, Clock clock) {
        this.account = account;
        this.clock = clock;
        clear();
    }

    /** Forgets all entities. Ids are not used again. */
    public void clear() {
        for (EntityKind kind : EntityKind.values()) {
            entities.put(kind, new TreeMap<>());
        }
        rows.clear();
    }

    /** Stores a new entity with its defaults, without any check, and returns its id. */
    public String add(EntityKind kind, Map<String, Object> fields) {
        long id = nextId++;
        String times = kind == EntityKind.AUDIENCE ? "timestamp" : "time";
        Map<String, Object> own = Map.of(
                "id",
                "" + id,
                "ad_account_id",
                account,
                "type",
                kind.type,
                "created_" + times,
                now(),
                "updated_" + times,
                now());
        of(kind).put(id, new Entity(fields).withDefaults(defaults(kind)).with(own));
        return "" + id;
    }

    private static Map<String, Object> defaults(EntityKind kind) {
        return switch (kind) {
            case CAMPAIGN -> CampaignChecks.DEFAULTS;
            case AD_GROUP -> Map.of("status", "ACTIVE");
            case AD -> AdChecks.DEFAULTS;
            case AUDIENCE -> AudienceChecks.DEFAULTS;
            case CUSTOMER_LIST ->
                Map.of(
                        "status",
                        "PROCESSING",
                        "num_batches",
                        0,
                        "num_uploaded_user_records",
                        0,
                        "num_removed_user_records",
                        0);
        };
    }

    /** Returns an entity of this kind; empty if the id is unknown or not a number. */
    Optional<Entity> find(EntityKind kind, String id) {
        return id.matches("\\d{1,18}") ? Optional.ofNullable(of(kind).get(Long.parseLong(id))) : Optional.empty();
    }

    boolean has(EntityKind kind, String id) {
        return find(kind, id).isPresent();
    }

    /** Returns an entity of any kind; empty if the id is unknown. */
    public Optional<Entity> find(String id) {
        return kindOf(id).flatMap(kind -> find(kind, id)).map(this::view);
    }

    /** Changes fields of an entity, without any check; a null removes one. */
    public void change(String id, Map<String, Object> changes) {
        EntityKind kind = kindOf(id).orElseThrow(() -> unknown(id));
        of(kind).computeIfPresent(Long.parseLong(id), (key, entity) -> updated(kind, entity.with(changes)));
    }

    /** Removes an entity. */
    public void remove(String id) {
        of(kindOf(id).orElseThrow(() -> unknown(id))).remove(Long.parseLong(id));
        rows.remove(id);
    }

    void put(EntityKind kind, Entity entity) {
        of(kind).put(Long.parseLong(entity.text("id")), updated(kind, entity));
    }

    /** Returns the entities of a kind by id. */
    public NavigableMap<Long, Entity> of(EntityKind kind) {
        return entities.getOrDefault(kind, new TreeMap<>());
    }

    /** Returns the rows of a customer list. They can be changed. */
    public Set<Map<String, String>> rows(String listId) {
        return rows.computeIfAbsent(listId, id -> new LinkedHashSet<>());
    }

    /** Returns an entity as the API shows it, with its summary status. */
    public Entity view(Entity entity) {
        String type = entity.text("type");
        if (type.equals(EntityKind.AD.type)) {
            return entity.with("summary_status", adSummary(entity));
        }
        boolean scheduled = type.equals(EntityKind.CAMPAIGN.type) || type.equals(EntityKind.AD_GROUP.type);
        return scheduled ? entity.with("summary_status", summary(entity)) : entity;
    }

    private String summary(Entity entity) {
        String status = entity.text("status");
        if (!status.equals("ACTIVE")) {
            return status;
        }
        if (entity.number("start_time") > now()) {
            return "NOT_STARTED";
        }
        return entity.has("end_time") && entity.number("end_time") <= now() ? "COMPLETED" : "RUNNING";
    }

    private static String adSummary(Entity ad) {
        String status = ad.text("status");
        String review = ad.text("review_status");
        return !status.equals("ACTIVE") ? status : review.equals("OTHER") ? "PENDING" : review;
    }

    long now() {
        return clock.instant().getEpochSecond();
    }

    Clock clock() {
        return clock;
    }

    String account() {
        return account;
    }

    /** Returns all entities of a kind as the API shows them, oldest first. */
    public Collection<Entity> views(EntityKind kind) {
        return of(kind).values().stream().map(this::view).toList();
    }

    private Entity updated(EntityKind kind, Entity entity) {
        return entity.with(kind == EntityKind.AUDIENCE ? "updated_timestamp" : "updated_time", now());
    }

    private Optional<EntityKind> kindOf(String id) {
        for (EntityKind kind : EntityKind.values()) {
            if (has(kind, id)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    private static IllegalArgumentException unknown(String id) {
        return new IllegalArgumentException("The fake has no entity with the id " + id);
    }
}
