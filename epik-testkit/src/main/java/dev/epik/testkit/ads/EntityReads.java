// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads entities: one by its id, or pages. */
final class EntityReads {
    private static final int MAX_VALUES = 250;
    private static final Set<String> STATUSES = Set.of("ACTIVE", "PAUSED", "ARCHIVED", "DRAFT", "DELETED_DRAFT");

    private final AdsStore store;

    EntityReads(AdsStore store) {
        this.store = store;
    }

    AdsReply one(EntityKind kind, String id) {
        return store.find(kind, id)
                .map(entity -> AdsReply.ok(store.view(entity).fields()))
                .orElseGet(() -> AdsReply.error(404, ApiError.notFound(kind.title, id)));
    }

    AdsReply page(EntityKind kind, AdsRequest request) {
        Optional<String> wrong = violation(kind, request);
        if (wrong.isPresent()) {
            return AdsReply.badRequest(wrong.get());
        }
        int size = Integer.parseInt(request.value("page_size", "25"));
        boolean ascending = request.value("order", "DESCENDING").equals("ASCENDING");
        String bookmark = request.value("bookmark", "");
        var all = ascending ? store.of(kind) : store.of(kind).descendingMap();
        Collection<Entity> rest = bookmark.isEmpty()
                ? all.values()
                : all.tailMap(Long.parseLong(bookmark.substring(1)), false).values();
        List<Entity> found = rest.stream()
                .filter(entity -> matches(kind, entity, request))
                .limit(size + 1L)
                .toList();
        List<Object> items = new ArrayList<>();
        found.stream()
                .limit(size)
                .forEach(entity -> items.add(store.view(entity).fields()));
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("items", items);
        page.put(
                "bookmark",
                found.size() <= size ? JsonNull.NULL : "b" + found.get(size - 1).text("id"));
        return AdsReply.ok(page);
    }

    private static Optional<String> violation(EntityKind kind, AdsRequest request) {
        if (!request.value("page_size", "25").matches("[1-9]|[1-9]\\d|1\\d\\d|2[0-4]\\d|250")) {
            return Optional.of("page_size must be from 1 to 250");
        }
        if (!Set.of("ASCENDING", "DESCENDING").contains(request.value("order", "ASCENDING"))) {
            return Optional.of("order must be ASCENDING or DESCENDING");
        }
        if (!request.value("bookmark", "b0").matches("b\\d{1,18}")) {
            return Optional.of("bookmark is invalid");
        }
        if (!STATUSES.containsAll(request.values("entity_statuses"))) {
            return Optional.of("entity_statuses must be of " + STATUSES);
        }
        List<String> filters =
                idFilters(kind).filter(name -> !request.values(name).isEmpty()).toList();
        if (filters.size() > 1) {
            return Optional.of("Only one of these may be used: " + filters);
        }
        return filters.stream()
                .filter(name -> request.values(name).size() > MAX_VALUES
                        || !request.values(name).stream().allMatch(id -> id.matches("\\d{1,18}")))
                .findFirst()
                .map(name -> name + " must be 1 to 250 ids");
    }

    private static Stream<String> idFilters(EntityKind kind) {
        return switch (kind) {
            case CAMPAIGN -> Stream.of("campaign_ids");
            case AD_GROUP -> Stream.of("campaign_ids", "ad_group_ids");
            case AD -> Stream.of("campaign_ids", "ad_group_ids", "ad_ids");
            default -> Stream.of();
        };
    }

    private static boolean matches(EntityKind kind, Entity entity, AdsRequest request) {
        if (kind == EntityKind.AUDIENCE) {
            return request.value("ownership_type", "OWNED").equals("OWNED");
        }
        if (!kind.spendsMoney()) {
            return true;
        }
        List<String> statuses = request.values("entity_statuses");
        return (statuses.isEmpty() ? List.of("ACTIVE", "PAUSED") : statuses).contains(entity.text("status"))
                && idFilters(kind).allMatch(name -> {
                    String singular = name.substring(0, name.length() - 1);
                    String field =
                            name.equals(kind.path.substring(0, kind.path.length() - 1) + "_ids") ? "id" : singular;
                    return request.values(name).isEmpty()
                            || request.values(name).contains(entity.text(field));
                });
    }
}
