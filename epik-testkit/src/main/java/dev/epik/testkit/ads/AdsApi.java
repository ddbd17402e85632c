// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The ads endpoints of one ad account. Not thread-safe. */
public final class AdsApi {
    private static final Set<String> ESTIMATES = Set.of("bid_floor", "audience_sizing");
    private static final int BID_FLOOR = 100_000;
    private static final String TAGS = "conversion_tags";

    /** The only Pinterest tag of the ad account. */
    private static final String TAG_ID = "2612345678901";

    private final AdsStore store;
    private final Map<String, Object> account;
    private final EntityReads reads;
    private final BatchWrites batches;
    private final AudienceWrites audiences;
    private final CustomerListWrites lists;
    private final Analytics analytics;
    private long audienceSize = 1_000_000;

    /**
     * Creates the endpoints.
     *
     * @param account the fields of the ad account
     */
    public AdsApi(AdsStore store, Map<String, Object> account) {
        this.store = store;
        this.account = new LinkedHashMap<>(account);
        this.reads = new EntityReads(store);
        this.batches = new BatchWrites(store);
        this.audiences = new AudienceWrites(store);
        this.lists = new CustomerListWrites(store);
        this.analytics = new Analytics(store);
    }

    /** Returns whether the endpoints of an ad account have this path, whatever the method is. */
    public static boolean serves(List<String> path) {
        return path.isEmpty()
                || EntityKind.ofPath(path.get(0)).isPresent()
                || Set.of("analytics", "bid_floor", TAGS).contains(path.get(0));
    }

    /** Returns the category whose rate limit counts the request. */
    public static String category(AdsRequest request) {
        if (request.path().contains("analytics")) {
            return "ads_analytics";
        }
        return isWrite(request) ? "ads_write" : "ads_read";
    }

    /** Returns whether the request may change something. */
    public static boolean isWrite(AdsRequest request) {
        return !request.method().equals("GET") && request.path().stream().noneMatch(ESTIMATES::contains);
    }

    /** Returns the figures of campaigns. */
    public Analytics analytics() {
        return analytics;
    }

    /** Sets the size that audience_sizing estimates. */
    public void audienceSize(long size) {
        this.audienceSize = size;
    }

    /** Sets how many records a request of a customer list may have. */
    public void maxRecords(int max) {
        lists.maxRecords(max);
    }

    /** Forgets all entities and figures. */
    public void clear() {
        store.clear();
        analytics.clear();
    }

    /** Replies to a request, and applies it. */
    public AdsReply respond(AdsRequest request) {
        return respond(request, Integer.MAX_VALUE);
    }

    /** Replies to a request. If it is a batch, applies only the items before an index. */
    public AdsReply respond(AdsRequest request, int end) {
        List<String> path = request.path();
        if (path.isEmpty()) {
            return get(request) ? AdsReply.ok(account) : AdsReply.methodNotAllowed();
        }
        String last = path.get(path.size() - 1);
        if (path.size() == 1 && last.equals("analytics")) {
            return get(request) ? analytics.ofAccount(request) : AdsReply.methodNotAllowed();
        }
        if (path.equals(List.of("campaigns", "analytics"))) {
            return get(request) ? analytics.ofCampaigns(request) : AdsReply.methodNotAllowed();
        }
        if (path.equals(List.of("bid_floor")) || path.equals(List.of("ad_groups", "audience_sizing"))) {
            return request.method().equals("POST") ? estimate(request, last) : AdsReply.methodNotAllowed();
        }
        if (path.equals(List.of(TAGS))) {
            return get(request)
                    ? AdsReply.ok(Map.of(
                            "items",
                            List.of(Map.of(
                                    "id",
                                    TAG_ID,
                                    "ad_account_id",
                                    store.account(),
                                    "name",
                                    "Fake tag",
                                    "status",
                                    "ACTIVE"))))
                    : AdsReply.methodNotAllowed();
        }
        Optional<EntityKind> kind = EntityKind.ofPath(path.get(0));
        return kind.isEmpty() || path.size() > 2 ? AdsReply.notFound() : entity(kind.get(), request, end);
    }

    private AdsReply entity(EntityKind kind, AdsRequest request, int end) {
        boolean one = request.path().size() == 2;
        return switch (request.method()) {
            case "GET" -> one ? reads.one(kind, request.segment(1)) : reads.page(kind, request);
            case "POST" -> one ? AdsReply.methodNotAllowed() : create(kind, request, end);
            case "PATCH" -> one == kind.spendsMoney() ? AdsReply.methodNotAllowed() : update(kind, request, end);
            default -> AdsReply.methodNotAllowed();
        };
    }

    private AdsReply create(EntityKind kind, AdsRequest request, int end) {
        return switch (kind) {
            case AUDIENCE -> audiences.create(request);
            case CUSTOMER_LIST -> lists.create(request);
            default -> batches.write(kind, request, true, end);
        };
    }

    private AdsReply update(EntityKind kind, AdsRequest request, int end) {
        return switch (kind) {
            case AUDIENCE -> audiences.update(request);
            case CUSTOMER_LIST -> lists.update(request);
            default -> batches.write(kind, request, false, end);
        };
    }

    private AdsReply estimate(AdsRequest request, String endpoint) {
        Entity body = Entity.of(request.body());
        Optional<String> wrong = body.has("targeting_spec")
                ? TargetingChecks.SPEC.violation(
                        "targeting_spec", body.object("targeting_spec").fields())
                : Optional.empty();
        if (wrong.isPresent()) {
            return AdsReply.badRequest(wrong.get());
        }
        if (endpoint.equals("audience_sizing")) {
            return AdsReply.ok(Map.of(
                    "audience_size_lower_bound",
                    audienceSize * 9 / 10,
                    "audience_size_upper_bound",
                    audienceSize * 11 / 10));
        }
        if (body.list("bid_floor_specs").isEmpty()) {
            return AdsReply.badRequest("'bid_floor_specs' is a required property");
        }
        List<Integer> floors =
                body.list("bid_floor_specs").stream().map(spec -> BID_FLOOR).toList();
        return AdsReply.ok(Map.of("bid_floors", floors, "type", "bidfloor"));
    }

    private static boolean get(AdsRequest request) {
        return request.method().equals("GET");
    }
}
