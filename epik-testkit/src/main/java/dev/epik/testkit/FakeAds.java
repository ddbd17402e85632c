// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import com.sun.net.httpserver.HttpExchange;
import dev.epik.testkit.ads.AdsApi;
import dev.epik.testkit.ads.AdsReply;
import dev.epik.testkit.ads.AdsRequest;
import dev.epik.testkit.ads.AdsStore;
import dev.epik.testkit.ads.Entity;
import dev.epik.testkit.ads.EntityKind;
import dev.epik.testkit.ads.JsonNull;
import dev.epik.testkit.ads.RateLimits;
import dev.epik.testkit.ads.Seeds;
import dev.epik.testkit.ads.Targeting;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The ads endpoints of {@link FakePinterest}: the ad account, campaigns, ad groups, ads, audiences, customer lists,
 * targeting options, estimates and analytics. They validate requests as the published API does.
 *
 * <p><b>Money.</b> As at Pinterest, a campaign that is created without a status is active. {@link #sentActive} shows
 * every request that would have spent money.
 *
 * <p><b>Errors.</b> A wrong type, an unknown field or a missing one refuses the whole request with a 400. A rule that a
 * campaign, an ad group or an ad breaks is an exception of that item in a 200: a list of exceptions for campaigns and
 * ad groups, a single object for ads. The code is 2384 for a missing budget of a campaign and 4073 for a paused ad
 * group in a Performance+ campaign; Pinterest does not publish the others, which are 1 and 50 here.
 *
 * <p><b>Entities</b> are immutable maps of JSON fields. Numbers are {@link Number}s, lists are {@link List}s, objects
 * are {@link Map}s.
 *
 * <p>Thread-safe. It lives as long as its {@link FakePinterest}, and keeps the last 10,000 calls in memory.
 */
public final class FakeAds {
    private static final int MAX_CALLS = 10_000;
    /** Longer bodies are not kept. */
    private static final int MAX_KEPT_BODY = 64_000;

    private final String account;
    private final boolean trialAccess;
    private final AdsStore store;
    private final AdsApi api;
    private final RateLimits limits;
    private final CallLog calls = new CallLog(MAX_CALLS);
    private final Queue<FakeResponse> scripted = new ConcurrentLinkedQueue<>();
    private final Map<Integer, WriteFault> faults = new HashMap<>();
    private volatile Consumer<AdsCall> onCall = call -> {};
    private volatile boolean wholeRequests;
    private int writes;
    private int releases;

    FakeAds(String account, String currency, boolean trialAccess, Clock clock) {
        this.account = account;
        this.trialAccess = trialAccess;
        this.store = new AdsStore(account, clock);
        this.limits = new RateLimits(clock);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", account);
        fields.put("name", "Fake ad account");
        fields.put("currency", currency);
        fields.put("country", "DE");
        fields.put("time_zone", "Europe/Berlin");
        fields.put("owner", Map.of("id", "1", "username", "fake_owner"));
        fields.put("permissions", List.of("OWNER"));
        this.api = new AdsApi(store, fields);
    }

    // --- what the ad account has

    /** Returns the campaigns, oldest first. */
    public List<Map<String, Object>> campaigns() {
        return all(EntityKind.CAMPAIGN);
    }

    /** Returns the ad groups, oldest first. */
    public List<Map<String, Object>> adGroups() {
        return all(EntityKind.AD_GROUP);
    }

    /** Returns the ads, oldest first. */
    public List<Map<String, Object>> ads() {
        return all(EntityKind.AD);
    }

    /** Returns the audiences, oldest first. */
    public List<Map<String, Object>> audiences() {
        return all(EntityKind.AUDIENCE);
    }

    /** Returns the customer lists, oldest first. */
    public List<Map<String, Object>> customerLists() {
        return all(EntityKind.CUSTOMER_LIST);
    }

    /**
     * Returns an entity of any kind.
     *
     * @throws IllegalArgumentException if there is no entity with this id
     */
    public synchronized Map<String, Object> get(String id) {
        return store.find(id)
                .map(Entity::fields)
                .orElseThrow(() -> new IllegalArgumentException("The fake has no entity with the id " + id));
    }

    /**
     * Returns the rows of a customer list. A row has the fields of {@code records_v2}, such as {@code email}. A record
     * of {@code records} is a row with one field: the list's type in lower case.
     */
    public synchronized Set<Map<String, String>> rows(String customerListId) {
        return Set.copyOf(store.rows(customerListId));
    }

    // --- what the application did

    /** Returns the last requests, oldest first. Bodies of over 64,000 characters are left out. */
    public List<AdsCall> calls() {
        return calls.all();
    }

    /** Returns the requests that made, or tried to make, an entity active. */
    public List<AdsCall> sentActive() {
        return calls.all().stream().filter(call -> !call.active().isEmpty()).toList();
    }

    /** Returns how many writes were received, including invalid ones and those that failed. */
    public synchronized int writes() {
        return writes;
    }

    // --- changes that others make

    /** Adds a campaign without a check. Fields that it needs and lacks are added. Returns its id. */
    public String addCampaign(Map<String, Object> fields) {
        return add(EntityKind.CAMPAIGN, fields);
    }

    /** Adds an ad group without a check, except for its {@code campaign_id}. Returns its id. */
    public String addAdGroup(Map<String, Object> fields) {
        return add(EntityKind.AD_GROUP, fields);
    }

    /** Adds an ad without a check, except for its {@code ad_group_id}. Returns its id. */
    public String addAd(Map<String, Object> fields) {
        return add(EntityKind.AD, fields);
    }

    /** Adds an audience without a check. Returns its id. */
    public String addAudience(Map<String, Object> fields) {
        return add(EntityKind.AUDIENCE, fields);
    }

    /** Adds a customer list without a check. Returns its id. */
    public String addCustomerList(Map<String, Object> fields) {
        return add(EntityKind.CUSTOMER_LIST, fields);
    }

    /**
     * Changes a field of an entity without a check, like a change in Ads Manager: for example the {@code name} of a
     * campaign, or the {@code status} of an audience.
     */
    public synchronized void change(String id, String field, Object value) {
        store.change(id, Map.of(field, value));
    }

    /** Removes a field of an entity. */
    public synchronized void unset(String id, String field) {
        store.change(id, Map.of(field, JsonNull.NULL));
    }

    /** Removes an entity. */
    public synchronized void remove(String id) {
        store.remove(id);
    }

    /**
     * Sets the figures of a campaign on a day, by the columns of the analytics endpoints, such as
     * {@code SPEND_IN_MICRO_DOLLAR}. Figures of longer periods, and of the ad account, are sums.
     */
    public synchronized void figures(String campaignId, LocalDate day, Map<String, ? extends Number> figures) {
        api.analytics().set(campaignId, day, figures);
    }

    /** Sets the size from which audience_sizing makes its bounds; 1,000,000 by default. */
    public synchronized void audienceSize(long size) {
        api.audienceSize(size);
    }

    // --- failures

    /**
     * Makes one write fail.
     *
     * @param number the number of the write, counted from 1 since the start or the last {@link #clear}, as
     *     {@link #writes} counts
     */
    public synchronized void failWrite(int number, WriteFault fault) {
        faults.put(number, fault);
    }

    /** Sends the responses that {@link WriteFault#STALLED_AFTER} holds. */
    public synchronized void releaseResponses() {
        releases++;
        notifyAll();
    }

    /** Sends these responses to the next requests, one each, instead of validating and applying them. */
    public void respondWith(FakeResponse... responses) {
        scripted.addAll(List.of(responses));
    }

    /**
     * Enforces a rate limit: over this number of requests in a window, the response is a 429 whose
     * {@code X-RateLimit-Reset} is the rest of the window. By default no limit is enforced.
     *
     * @param category {@code ads_read}, {@code ads_write} or {@code ads_analytics}
     */
    public synchronized void rateLimit(String category, int requests, Duration window) {
        limits.set(category, requests, window);
    }

    /** Sets how many records a request for a customer list may have; 10,000 by default. */
    public synchronized void maxRecords(int max) {
        api.maxRecords(max);
    }

    /**
     * Sets whether a single item that breaks a rule is refused with a 400 instead of an exception in a 200; false by
     * default. Pinterest does both.
     */
    public void refuseSingleItems(boolean refuse) {
        this.wholeRequests = refuse;
    }

    /** Forgets all entities, figures, calls, failures and limits, and counts writes from 1 again. */
    public synchronized void clear() {
        api.clear();
        api.maxRecords(10_000);
        limits.clear();
        calls.clear();
        scripted.clear();
        faults.clear();
        wholeRequests = false;
        writes = 0;
        releaseResponses();
    }

    /** Calls the observer after each request. */
    void onCall(Consumer<AdsCall> observer) {
        this.onCall = observer;
    }

    private synchronized String add(EntityKind kind, Map<String, Object> fields) {
        return store.add(kind, Seeds.complete(kind, fields, store));
    }

    private synchronized List<Map<String, Object>> all(EntityKind kind) {
        Collection<Entity> views = store.views(kind);
        return views.stream().map(Entity::fields).toList();
    }

    // --- requests

    /** Returns whether a path below {@code /v5/ad_accounts/} belongs to these endpoints. */
    static boolean serves(String path) {
        List<String> segments = segments(path);
        return segments.size() > 2 && AdsApi.serves(segments.subList(3, segments.size()));
    }

    /** Responds to a request whose token is valid. */
    FakeResponse respond(HttpExchange exchange, String body) {
        String path = exchange.getRequestURI().getPath();
        List<String> segments = segments(path);
        boolean resources = segments.get(1).equals("resources");
        String query = exchange.getRequestURI().getRawQuery();
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        AdsRequest request = new AdsRequest(
                exchange.getRequestMethod(),
                segments.subList(3, segments.size()),
                parameters(query),
                body.isEmpty() ? JsonNull.NULL : parsed(body, type));
        FakeResponse response = resources || segments.get(2).equals(account)
                ? respond(request, resources)
                : segments.get(2).matches("\\d{1,18}")
                        ? FakeResponse.forbidden()
                        : FakeResponse.error(400, 1, "ad_account_id must be digits");
        AdsCall call = new AdsCall(
                request.method(),
                path,
                query == null ? "" : query,
                body.length() > MAX_KEPT_BODY ? "" : body,
                response.status(),
                activeItems(request));
        calls.add(call);
        onCall.accept(call);
        return response;
    }

    private synchronized FakeResponse respond(AdsRequest request, boolean resources) {
        FakeResponse instead = scripted.poll();
        if (instead != null) {
            return instead;
        }
        RateLimits.Usage usage = limits.use(AdsApi.category(request));
        FakeResponse response = usage.exceeded()
                ? FakeResponse.rateLimited()
                : resources ? response(Targeting.respond(request, store)) : accountResponse(request);
        return new FakeResponse(response.status(), response.body(), usage.headers(response.status() == 429));
    }

    private FakeResponse accountResponse(AdsRequest request) {
        if (request.body() instanceof FakeResponse invalid) {
            return invalid;
        }
        if (!AdsApi.isWrite(request)) {
            return response(api.respond(request));
        }
        if (trialAccess) {
            return FakeResponse.error(403, 29, "Apps with Trial access cannot do this; use the API Sandbox.");
        }
        writes++;
        WriteFault fault = faults.remove(writes);
        if (fault != null && !fault.isApplied()) {
            return failure(fault);
        }
        int end = fault == WriteFault.CLOSED_HALFWAY && request.body() instanceof List<?> batch
                ? (batch.size() + 1) / 2
                : Integer.MAX_VALUE;
        FakeResponse response = response(unwrapped(api.respond(request, end)));
        if (fault == WriteFault.STALLED_AFTER) {
            awaitRelease();
            return response;
        }
        return fault == null ? response : failure(fault);
    }

    private static FakeResponse failure(WriteFault fault) {
        return switch (fault) {
            case ERROR_BEFORE, ERROR_AFTER -> FakeResponse.serverError();
            case RATE_LIMITED -> FakeResponse.rateLimited();
            default -> FakeResponse.none();
        };
    }

    /** Waits, and releases the lock meanwhile, so that other requests are served. */
    private void awaitRelease() {
        int before = releases;
        try {
            while (releases == before) {
                wait();
            }
        } catch (InterruptedException e) { // the fake is closed
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the exception of the only item as a 400, if this is set. */
    private AdsReply unwrapped(AdsReply reply) {
        if (wholeRequests
                && reply.body() instanceof Map<?, ?> body
                && body.get("items") instanceof List<?> items
                && items.size() == 1
                && items.get(0) instanceof Map<?, ?> item) {
            Object exceptions = item.get("exceptions");
            Object error = exceptions instanceof List<?> list && !list.isEmpty() ? list.get(0) : exceptions;
            return error instanceof Map ? new AdsReply(400, error) : reply;
        }
        return reply;
    }

    private static FakeResponse response(AdsReply reply) {
        return FakeResponse.of(reply.status(), AdsJson.write(reply.body()));
    }

    /** Returns the JSON value of a body, or the response if it is invalid. */
    private static Object parsed(String body, @Nullable String type) {
        if (type == null || !type.startsWith("application/json")) {
            return FakeResponse.error(400, 1, "Content-Type must be application/json");
        }
        try {
            return AdsJson.read(body);
        } catch (IOException e) {
            return FakeResponse.error(400, 1, "The body is not valid JSON.");
        }
    }

    private static List<String> activeItems(AdsRequest request) {
        boolean create = request.method().equals("POST");
        boolean spends = request.path().size() == 1
                && EntityKind.ofPath(request.path().get(0))
                        .filter(EntityKind::spendsMoney)
                        .isPresent();
        if (!spends || !(request.body() instanceof List<?> items)) {
            return List.of();
        }
        Predicate<Map<?, ?>> active = item -> item.containsKey("status") ? "ACTIVE".equals(item.get("status")) : create;
        List<String> found = new ArrayList<>();
        for (Object item : items) {
            if (item instanceof Map<?, ?> fields && active.test(fields)) {
                found.add(AdsJson.write(fields));
            }
        }
        return found;
    }

    /** Returns the segments of a path from {@code v5} on. */
    private static List<String> segments(String path) {
        return List.of(path.replaceFirst("^/", "").replaceFirst("/$", "").split("/", -1));
    }

    private static Map<String, List<String>> parameters(@Nullable String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            parameters.computeIfAbsent(name, key -> new ArrayList<>()).addAll(List.of(value.split(",", -1)));
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "FakeAds[" + account + "]";
    }
}
