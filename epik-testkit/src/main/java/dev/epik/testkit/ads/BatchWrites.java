// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Creates and changes campaigns, ad groups and ads, 1 to 30 in a request. If an item has a wrong type, the whole
 * request is refused. If an item breaks a rule, the reply has an exception in its place, and the other items are
 * applied.
 */
final class BatchWrites {
    private static final int MAX_ITEMS = 30;

    private final AdsStore store;

    BatchWrites(AdsStore store) {
        this.store = store;
    }

    /** Applies the items before an index, and reports on these. */
    AdsReply write(EntityKind kind, AdsRequest request, boolean create, int end) {
        Shape shape = shape(kind, create);
        Optional<String> wrong = Shape.list(Shape.object(shape), 1, MAX_ITEMS).violation("", request.body());
        if (wrong.isPresent()) {
            return AdsReply.badRequest(wrong.get());
        }
        List<?> items = (List<?>) request.body();
        List<Object> results = new ArrayList<>();
        for (Object item : items.subList(0, Math.min(end, items.size()))) {
            Map<String, Object> sent = new LinkedHashMap<>();
            ((Map<?, ?>) item).forEach((name, value) -> sent.put((String) name, value));
            results.add(result(kind, create ? create(kind, sent) : update(kind, sent)));
        }
        return AdsReply.ok(Map.of("items", results));
    }

    private static Shape shape(EntityKind kind, boolean create) {
        return switch (kind) {
            case CAMPAIGN -> create ? CampaignChecks.CREATE : CampaignChecks.UPDATE;
            case AD_GROUP -> create ? AdGroupChecks.CREATE : AdGroupChecks.UPDATE;
            default -> create ? AdChecks.CREATE : AdChecks.UPDATE;
        };
    }

    /** Returns the result of an item. The exceptions of an ad are one object, those of all others a list. */
    private Map<String, Object> result(EntityKind kind, Outcome outcome) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put(
                "data",
                outcome.entity.map(entity -> store.view(entity).fields()).orElse(Map.of()));
        if (kind != EntityKind.AD) {
            result.put("exceptions", outcome.error.map(ApiError::json).stream().toList());
        } else if (outcome.error.isPresent()) {
            result.put("exceptions", outcome.error.get().json());
        }
        return result;
    }

    private Outcome create(EntityKind kind, Map<String, Object> sent) {
        Entity item = new Entity(sent);
        Map<String, Object> defaults = new LinkedHashMap<>();
        switch (kind) {
            case CAMPAIGN -> defaults.putAll(CampaignChecks.DEFAULTS);
            case AD_GROUP -> {
                boolean performancePlus = campaignOf(item)
                        .map(campaign -> campaign.flag("is_performance_plus"))
                        .orElse(false);
                defaults.putAll(performancePlus ? Map.of("status", "ACTIVE") : AdGroupChecks.DEFAULTS);
            }
            default -> defaults.putAll(AdChecks.DEFAULTS);
        }
        Entity whole = item.withDefaults(defaults);
        Optional<ApiError> error = violation(kind, item, whole).or(() -> full(kind, whole));
        if (error.isPresent()) {
            return Outcome.refused(error.get());
        }
        String id = store.add(kind, normalized(kind, whole, true).fields());
        return Outcome.stored(store.find(kind, id));
    }

    private Outcome update(EntityKind kind, Map<String, Object> sent) {
        String id = (String) sent.getOrDefault("id", "");
        Optional<Entity> found = store.find(kind, id);
        if (found.isEmpty()) {
            return Outcome.refused(ApiError.notFound(kind.title, id));
        }
        Entity before = found.get();
        Optional<ApiError> error = draftOnly(kind).stream()
                .filter(name -> sent.containsKey(name) && !before.text("status").equals("DRAFT"))
                .filter(name ->
                        !sent.getOrDefault(name, "").equals(before.fields().get(name)))
                .findFirst()
                .map(name -> ApiError.invalid(name + " can only be changed in a draft."));
        Entity after = normalized(kind, before.with(sent), false);
        error = error.or(() -> violation(kind, new Entity(sent), after));
        if (error.isPresent()) {
            return Outcome.refused(error.get());
        }
        store.put(kind, after);
        return Outcome.stored(store.find(kind, id));
    }

    private static Set<String> draftOnly(EntityKind kind) {
        return switch (kind) {
            case CAMPAIGN -> CampaignChecks.DRAFT_ONLY;
            case AD_GROUP -> AdGroupChecks.DRAFT_ONLY;
            default -> AdChecks.DRAFT_ONLY;
        };
    }

    private Optional<ApiError> violation(EntityKind kind, Entity sent, Entity whole) {
        if (sent.has("ad_account_id") && !sent.text("ad_account_id").equals(store.account())) {
            return Optional.of(ApiError.invalid("ad_account_id must be the ad account of the path."));
        }
        return switch (kind) {
            case CAMPAIGN -> CampaignChecks.violation(whole);
            case AD_GROUP ->
                campaignOf(whole)
                        .map(campaign -> AdGroupChecks.violation(
                                sent, whole, campaign, id -> store.has(EntityKind.AUDIENCE, id)))
                        .orElseGet(() -> Optional.of(ApiError.notFound("Campaign", whole.text("campaign_id"))));
            default ->
                adGroupOf(whole).isPresent()
                        ? AdChecks.violation(whole)
                        : Optional.of(ApiError.notFound("Ad group", whole.text("ad_group_id")));
        };
    }

    private Optional<ApiError> full(EntityKind kind, Entity adGroup) {
        if (kind != EntityKind.AD_GROUP || !campaignOf(adGroup).orElseThrow().flag("is_campaign_budget_optimization")) {
            return Optional.empty();
        }
        long siblings = store.of(kind).values().stream()
                .filter(each -> each.text("campaign_id").equals(digits(adGroup, "campaign_id")))
                .count();
        return siblings < AdGroupChecks.MAX_IN_CAMPAIGN
                ? Optional.empty()
                : Optional.of(ApiError.invalid("A campaign that optimizes its budget has at most "
                        + AdGroupChecks.MAX_IN_CAMPAIGN + " ad groups."));
    }

    /** Returns the entity as Pinterest keeps it. */
    private Entity normalized(EntityKind kind, Entity entity, boolean created) {
        Map<String, Object> changes = new LinkedHashMap<>();
        if (entity.number("end_time") < 0) {
            changes.put("end_time", JsonNull.NULL);
        }
        if (entity.text("order_line_id").equals("0")) {
            changes.put("order_line_id", JsonNull.NULL);
        }
        if (entity.list("targeting_template_ids").equals(List.of("0"))) {
            changes.put("targeting_template_ids", JsonNull.NULL);
        }
        if (kind == EntityKind.CAMPAIGN && created && !entity.has("start_time")) {
            changes.put("start_time", store.now());
        }
        if (kind == EntityKind.AD_GROUP) {
            changes.put("campaign_id", digits(entity, "campaign_id"));
            if (campaignOf(entity)
                    .map(each -> each.flag("is_campaign_budget_optimization"))
                    .orElse(false)) {
                changes.put("start_time", JsonNull.NULL); // the dates of the campaign are valid
                changes.put("end_time", JsonNull.NULL);
            }
        }
        if (kind == EntityKind.AD) {
            changes.put("ad_group_id", digits(entity, "ad_group_id"));
            changes.put(
                    "campaign_id",
                    adGroupOf(entity).map(group -> group.text("campaign_id")).orElse(""));
        }
        return entity.with(changes);
    }

    private Optional<Entity> campaignOf(Entity adGroup) {
        return store.find(EntityKind.CAMPAIGN, digits(adGroup, "campaign_id"));
    }

    private Optional<Entity> adGroupOf(Entity ad) {
        return store.find(EntityKind.AD_GROUP, digits(ad, "ad_group_id"));
    }

    /** Returns an id without the letters that Pinterest allows in front of it. */
    private static String digits(Entity entity, String name) {
        return entity.text(name).replaceFirst("^[A-Z]+", "");
    }

    /** The outcome of an item: either the entity or the error is present. */
    private record Outcome(Optional<Entity> entity, Optional<ApiError> error) {
        static Outcome stored(Optional<Entity> entity) {
            return new Outcome(entity, Optional.empty());
        }

        static Outcome refused(ApiError error) {
            return new Outcome(Optional.empty(), Optional.of(error));
        }
    }
}
