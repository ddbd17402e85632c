// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.testing.Await;
import dev.epik.testing.PublishedSchema;
import dev.epik.testing.TickingClock;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FakeAdsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant START = Instant.parse("2026-11-27T10:00:00Z");
    private static final String HASH = "a".repeat(64);
    private static final String OTHER_HASH = "b".repeat(64);

    private final TickingClock clock = new TickingClock(START);
    private final FakePinterest pinterest = start(false);
    private final FakeAds ads = pinterest.ads();
    private final AdsHttp http = new AdsHttp(pinterest);

    private FakePinterest start(boolean trial) {
        FakePinterest.Builder builder =
                FakePinterest.builder(ACCOUNT, AdsHttp.TOKEN).clock(clock);
        try {
            return trial ? builder.trialAccess().start() : builder.start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() {
        pinterest.close();
    }

    private static String campaigns(String... names) {
        return IntStream.range(0, names.length)
                .mapToObj(i -> "{\"ad_account_id\":\"" + ACCOUNT + "\",\"name\":\"" + names[i]
                        + "\",\"objective_type\":\"SALES\",\"status\":\"PAUSED\",\"daily_spend_cap\":1000000}")
                .toList()
                .toString();
    }

    private List<String> names() {
        return ads.campaigns().stream().map(each -> (String) each.get("name")).toList();
    }

    private JsonNode post(String path, String body) throws Exception {
        HttpResponse<String> response = http.write("POST", path, JSON.readTree(body));
        assertEquals(200, response.statusCode(), response.body());
        return JSON.readTree(response.body());
    }

    private JsonNode patch(String path, String body) throws Exception {
        HttpResponse<String> response = http.write("PATCH", path, JSON.readTree(body));
        assertEquals(200, response.statusCode(), response.body());
        return JSON.readTree(response.body());
    }

    // --- reading

    @Test
    void readsTheAdAccount() throws Exception {
        JsonNode account = http.get("/v5/ad_accounts/" + ACCOUNT);
        PublishedSchema.check("AdAccount", account.toString());
        assertEquals(ACCOUNT, account.path("id").asText());
        assertEquals("EUR", account.path("currency").asText());
        assertTrue(account.has("owner") && account.has("country") && account.has("time_zone"));
    }

    @Test
    void theCurrencyIsThatOfTheBuilder() throws Exception {
        try (FakePinterest dollars =
                FakePinterest.builder(ACCOUNT, AdsHttp.TOKEN).currency("USD").start()) {
            assertEquals(
                    "USD",
                    new AdsHttp(dollars)
                            .get("/v5/ad_accounts/" + ACCOUNT)
                            .path("currency")
                            .asText());
        }
    }

    @ParameterizedTest
    @CsvSource({"ASCENDING, 1", "DESCENDING, -1"})
    void pagesReturnEachCampaignOnce(String order, int sign) throws Exception {
        IntStream.range(0, 10_000).forEach(i -> ads.addCampaign(Map.of("name", "Campaign " + i)));
        List<Long> ids = new ArrayList<>();
        String bookmark = "";
        int pages = 0;
        do {
            JsonNode page = http.get(
                    "campaigns?page_size=250&order=" + order + (bookmark.isEmpty() ? "" : "&bookmark=" + bookmark));
            page.path("items").forEach(item -> ids.add(item.path("id").asLong()));
            bookmark = page.path("bookmark").asText("");
            pages++;
        } while (!bookmark.isEmpty() && !bookmark.equals("null"));
        assertEquals(40, pages);
        assertEquals(10_000, new HashSet<>(ids).size());
        assertEquals(ids.stream().sorted((a, b) -> sign * Long.compare(a, b)).toList(), ids);
    }

    @Test
    void aPageStaysValidWhileCampaignsAreAddedAndRemoved() throws Exception {
        List<String> ids =
                IntStream.range(0, 4).mapToObj(i -> ads.addCampaign(Map.of())).toList();
        String bookmark = http.get("campaigns?page_size=2&order=ASCENDING")
                .path("bookmark")
                .asText();
        ads.remove(ids.get(1));
        ads.addCampaign(Map.of());
        JsonNode page = http.get("campaigns?page_size=2&order=ASCENDING&bookmark=" + bookmark);
        assertEquals(ids.get(2), page.at("/items/0/id").asText());
        assertEquals(ids.get(3), page.at("/items/1/id").asText());
    }

    @Test
    void listsActiveAndPausedCampaignsUnlessOthersAreNamed() throws Exception {
        for (String status : List.of("ACTIVE", "PAUSED", "ARCHIVED", "DRAFT", "DELETED_DRAFT")) {
            ads.addCampaign(Map.of("status", status));
        }
        assertEquals(2, http.get("campaigns").path("items").size());
        assertEquals(
                2,
                http.get("campaigns?entity_statuses=ARCHIVED,DRAFT")
                        .path("items")
                        .size());
        JsonNode drafts = http.get("campaigns?entity_statuses=DRAFT&entity_statuses=DELETED_DRAFT");
        assertEquals(2, drafts.path("items").size());
        assertEquals("DRAFT", drafts.at("/items/1/summary_status").asText());
    }

    @Test
    void filtersByIds() throws Exception {
        String first = ads.addCampaign(Map.of());
        String second = ads.addCampaign(Map.of());
        String group = ads.addAdGroup(Map.of("campaign_id", second));
        String ad = ads.addAd(Map.of("ad_group_id", group));
        assertEquals(
                first,
                http.get("campaigns?campaign_ids=" + first).at("/items/0/id").asText());
        assertEquals(
                0, http.get("ad_groups?campaign_ids=" + first).path("items").size());
        assertEquals(
                group,
                http.get("ad_groups?campaign_ids=" + second).at("/items/0/id").asText());
        assertEquals(
                group,
                http.get("ad_groups?ad_group_ids=" + group).at("/items/0/id").asText());
        assertEquals(ad, http.get("ads?ad_group_ids=" + group).at("/items/0/id").asText());
        assertEquals(
                ad, http.get("ads?campaign_ids=" + second).at("/items/0/id").asText());
        assertEquals(ad, http.get("ads?ad_ids=" + ad).at("/items/0/id").asText());
        JsonNode one = http.get("ads/" + ad);
        PublishedSchema.check("AdResponse", one.toString());
        assertEquals("PENDING", one.path("summary_status").asText());
        PublishedSchema.check("AdGroupResponse", http.get("ad_groups/" + group).toString());
        PublishedSchema.check("CampaignResponse", http.get("campaigns/" + first).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "campaigns?page_size=251, 400",
        "campaigns?page_size=0, 400",
        "campaigns?order=NEWEST, 400",
        "campaigns?bookmark=x, 400",
        "campaigns?entity_statuses=LIVE, 400",
        "campaigns?campaign_ids=x, 400",
        "ad_groups?campaign_ids=1&ad_group_ids=2, 400",
        "campaigns/1, 404",
        "campaigns/1/more, 404",
        "audiences/1, 404",
        "customer_lists/1, 404",
        "/v5/resources/targeting/COLOR, 400",
        "/v5/resources/targeting/interests/1, 404",
        "/v5/ad_accounts/1/campaigns, 403",
        "/v5/ad_accounts/me/campaigns, 400",
    })
    void refusesReads(String path, int status) throws Exception {
        HttpResponse<String> response = http.send("GET", path, "");
        assertEquals(status, response.statusCode(), response.body());
        PublishedSchema.check("Error", response.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{}", "[]", "", "null"})
    void refusesABodyThatIsNoBatch(String body) throws Exception {
        assertEquals(400, http.send("POST", "campaigns", body).statusCode());
        assertEquals(List.of(), ads.campaigns());
    }

    @Test
    void refusesOver30Items() throws Exception {
        assertEquals(
                400, http.send("POST", "campaigns", campaigns(new String[31])).statusCode());
        assertEquals(
                30, post("campaigns", campaigns(new String[30])).path("items").size());
    }

    @ParameterizedTest
    @CsvSource({"DELETE, campaigns", "POST, campaigns/1", "PATCH, campaigns/1", "PATCH, audiences", "POST, analytics"})
    void refusesOtherMethods(String method, String path) throws Exception {
        assertEquals(405, http.send(method, path, "").statusCode());
    }

    // --- writing

    @Test
    void aCampaignWithoutAStatusIsActive() throws Exception {
        JsonNode reply = post("campaigns", campaigns("Dangerous").replace(",\"status\":\"PAUSED\"", ""));
        assertEquals("ACTIVE", reply.at("/items/0/data/status").asText());
        assertEquals("RUNNING", reply.at("/items/0/data/summary_status").asText());
        assertTrue(reply.at("/items/0/data/is_campaign_budget_optimization").asBoolean());
        assertEquals(1, ads.sentActive().size());
        assertTrue(ads.sentActive().get(0).active().get(0).contains("Dangerous"));
    }

    @Test
    void showsEveryRequestThatActivates() throws Exception {
        JsonNode reply = post("campaigns", campaigns("Safe"));
        assertEquals(List.of(), ads.sentActive());
        String id = reply.at("/items/0/data/id").asText();
        String update = "[{\"id\":\"" + id + "\",\"ad_account_id\":\"" + ACCOUNT + "\",\"%s\":\"%s\"}]";
        patch("campaigns", update.formatted("name", "Renamed"));
        assertEquals(List.of(), ads.sentActive());
        patch("campaigns", update.formatted("status", "ACTIVE"));
        assertEquals(
                List.of("PATCH"), ads.sentActive().stream().map(AdsCall::method).toList());
    }

    @Test
    void anItemThatBreaksARuleDoesNotStopTheOthers() throws Exception {
        JsonNode items = post(
                        "campaigns",
                        campaigns("One", "Two", "Three").replace("Two\"", "Two\",\"lifetime_spend_cap\":5"))
                .path("items");
        assertEquals(List.of("One", "Three"), names());
        assertEquals(0, items.at("/0/exceptions").size());
        assertEquals(1, items.at("/1/exceptions/0/code").asInt());
        assertEquals(0, items.at("/1/data").size());
        assertTrue(items.at("/1/data").isObject());
    }

    @Test
    void aWrongTypeRefusesAllItems() throws Exception {
        String body = campaigns("One", "Two").replace("Two\"", "Two\",\"start_time\":\"tomorrow\"");
        HttpResponse<String> response = http.send("POST", "campaigns", body);
        assertEquals(400, response.statusCode());
        assertTrue(response.body().contains("[1].start_time: must be an integer"), response.body());
        assertEquals(List.of(), ads.campaigns());
    }

    @Test
    void exceptionsOfAdsAreOneObject() throws Exception {
        JsonNode reply = post("ads", "[{\"ad_group_id\":\"1\",\"pin_id\":\"1\",\"creative_type\":\"REGULAR\"}]");
        assertEquals(50, reply.at("/items/0/exceptions/code").asInt());
    }

    @Test
    void aSingleItemCanBeRefusedWith400() throws Exception {
        ads.refuseSingleItems(true);
        HttpResponse<String> response =
                http.send("POST", "campaigns", campaigns("One").replace(",\"daily_spend_cap\":1000000", ""));
        assertEquals(400, response.statusCode());
        assertEquals(2384, JSON.readTree(response.body()).path("code").asInt());
        assertEquals(1, post("campaigns", campaigns("Two")).path("items").size());
    }

    @Test
    void anUpdateKeepsTheOtherFields() throws Exception {
        String id = ads.addCampaign(Map.of("name", "Old", "daily_spend_cap", 5_000_000, "end_time", 1_900_000_000));
        clock.tick(Duration.ofMinutes(5));
        patch(
                "campaigns",
                "[{\"id\":\"" + id + "\",\"ad_account_id\":\"" + ACCOUNT + "\",\"name\":\"New\",\"end_time\":-1}]");
        Map<String, Object> campaign = ads.get(id);
        assertEquals("New", campaign.get("name"));
        assertEquals(5_000_000, campaign.get("daily_spend_cap"));
        assertFalse(campaign.containsKey("end_time"));
        assertEquals(START.getEpochSecond(), campaign.get("created_time"));
        assertEquals(START.plusSeconds(300).getEpochSecond(), campaign.get("updated_time"));
    }

    @Test
    void anAdGroupOfACampaignThatOptimizesItsBudgetHasNoDates() throws Exception {
        String campaign = ads.addCampaign(Map.of());
        JsonNode reply = post("ad_groups", """
                [{"campaign_id":"%s","name":"Group","billable_event":"CLICKTHROUGH","status":"PAUSED",
                  "budget_type":"CBO_ADGROUP","bid_strategy_type":"AUTOMATIC_BID","start_time":1900000000,
                  "targeting_spec":{"LOCATION":["DE"]}}]""".formatted(campaign));
        assertFalse(reply.at("/items/0/data").has("start_time"));
        assertEquals(1, ads.adGroups().size());
    }

    @Test
    void aCampaignThatOptimizesItsBudgetHasAtMost70AdGroups() throws Exception {
        String campaign = ads.addCampaign(Map.of());
        IntStream.range(0, 69).forEach(i -> ads.addAdGroup(Map.of("campaign_id", campaign)));
        String group = """
                {"campaign_id":"%s","name":"Group","billable_event":"IMPRESSION","status":"PAUSED",
                 "budget_type":"CBO_ADGROUP","targeting_spec":{"LOCATION":["DE"]}}""".formatted(campaign);
        JsonNode items = post("ad_groups", "[" + group + "," + group + "]").path("items");
        assertEquals(0, items.at("/0/exceptions").size());
        assertEquals(1, items.at("/1/exceptions").size());
        assertEquals(70, ads.adGroups().size());
    }

    // --- audiences and customer lists

    @Test
    void audiencesAreInitializingUntilTheTestSaysOtherwise() throws Exception {
        JsonNode list = post("customer_lists", "{\"name\":\"Buyers\",\"records\":\"" + HASH + "\"}");
        JsonNode audience = post(
                "audiences",
                "{\"name\":\"Buyers\",\"audience_type\":\"CUSTOMER_LIST\",\"rule\":{\"customer_list_id\":\""
                        + list.path("id").asText() + "\"}}");
        assertEquals("INITIALIZING", audience.path("status").asText());
        String id = audience.path("id").asText();
        ads.change(id, "status", "READY");
        assertEquals("READY", http.get("audiences/" + id).path("status").asText());
        assertEquals(1, http.get("audiences").path("items").size());
        assertEquals(
                0, http.get("audiences?ownership_type=RECEIVED").path("items").size());
        patch("audiences/" + id, "{\"operation_type\":\"REMOVE\"}");
        assertEquals(List.of(), ads.audiences());
    }

    @Test
    void aCustomerListHasWhatWasAddedAndNotRemoved() throws Exception {
        JsonNode list = post("customer_lists", "{\"name\":\"Buyers\",\"records\":\"" + HASH + "," + OTHER_HASH + "\"}");
        String id = list.path("id").asText();
        assertEquals(Set.of(Map.of("email", HASH), Map.of("email", OTHER_HASH)), ads.rows(id));
        patch("customer_lists/" + id, "{\"operation_type\":\"ADD\",\"records\":\"" + HASH + "\"}");
        JsonNode after =
                patch("customer_lists/" + id, "{\"operation_type\":\"REMOVE\",\"records\":\"" + OTHER_HASH + "\"}");
        assertEquals(Set.of(Map.of("email", HASH)), ads.rows(id));
        assertEquals(3, after.path("num_uploaded_user_records").asInt());
        assertEquals(1, after.path("num_removed_user_records").asInt());
        assertEquals(3, after.path("num_batches").asInt());
        assertEquals("PROCESSING", after.path("status").asText());
    }

    @Test
    void aRowIsRemovedByOneOfItsFields() throws Exception {
        JsonNode list = post(
                "customer_lists",
                "{\"name\":\"Buyers\",\"records_v2\":[{\"email\":\"" + HASH + "\",\"external_id\":\"7\"},{\"email\":\""
                        + OTHER_HASH + "\"}]}");
        String id = list.path("id").asText();
        patch("customer_lists/" + id, "{\"operation_type\":\"REMOVE\",\"records_v2\":[{\"external_id\":\"7\"}]}");
        assertEquals(Set.of(Map.of("email", OTHER_HASH)), ads.rows(id));
    }

    @Test
    void aCustomerListTakesALimitedNumberOfRecords() throws Exception {
        ads.maxRecords(2);
        String three = "{\"name\":\"Buyers\",\"records\":\"" + HASH + "," + OTHER_HASH + "," + "c".repeat(64) + "\"}";
        assertEquals(400, http.send("POST", "customer_lists", three).statusCode());
        assertEquals(List.of(), ads.customerLists());
    }

    // --- targeting, estimates and analytics

    @Test
    void targetingOptionsAreAListOfOneObject() throws Exception {
        for (String type : List.of("LOCATION", "GEO", "INTEREST", "GENDER", "LOCALE", "AGE_BUCKET", "APPTYPE")) {
            JsonNode options = http.get("/v5/resources/targeting/" + type);
            PublishedSchema.check("TargetingOptionResponse", options.toString());
            assertEquals(1, options.size());
            assertTrue(options.get(0).size() > 1, type);
        }
        String audience = ads.addAudience(Map.of("name", "Buyers"));
        assertEquals(
                "Buyers",
                http.get("/v5/resources/targeting/AUDIENCE_INCLUDE?ad_account_id=" + ACCOUNT)
                        .get(0)
                        .path(audience)
                        .asText());
    }

    @Test
    void theChildrenOfEachInterestExist() throws Exception {
        JsonNode interests = http.get("/v5/resources/targeting/INTEREST").get(0);
        for (Map.Entry<String, JsonNode> interest : interests.properties()) {
            JsonNode found = http.get("/v5/resources/targeting/interests/" + interest.getKey());
            PublishedSchema.check("SingleInterestTargetingOptionResponse", found.toString());
            assertEquals(interest.getValue(), found.path("name"));
            found.path("child_interests").forEach(child -> assertTrue(interests.has(child.asText())));
        }
    }

    @Test
    void estimatesAreReadsThoughTheyAreSentByPost() throws Exception {
        ads.audienceSize(1000);
        String spec =
                "{\"targeting_spec\":{\"LOCATION\":[\"DE\"]},\"bid_floor_specs\":[{\"billable_event\":\"IMPRESSION\"}]}";
        JsonNode size = JSON.readTree(
                http.send("POST", "ad_groups/audience_sizing", spec).body());
        PublishedSchema.check("AdGroupAudienceSizingResponse", size.toString());
        assertEquals(900, size.path("audience_size_lower_bound").asInt());
        assertEquals(1100, size.path("audience_size_upper_bound").asInt());
        JsonNode floors = JSON.readTree(http.send("POST", "bid_floor", spec).body());
        PublishedSchema.check("BidFloor", floors.toString());
        assertEquals(1, floors.path("bid_floors").size());
        assertEquals(0, ads.writes());
    }

    @ParameterizedTest
    @CsvSource({"TOTAL, 1, 30", "DAY, 2, 10", "WEEK, 2, 10", "MONTH, 1, 30"})
    void analyticsAreSumsOfDays(String granularity, int rows, int spend) throws Exception {
        String campaign = ads.addCampaign(Map.of());
        ads.figures(campaign, LocalDate.parse("2026-11-22"), Map.of("SPEND_IN_MICRO_DOLLAR", 10, "TOTAL_CHECKOUT", 1));
        ads.figures(campaign, LocalDate.parse("2026-11-23"), Map.of("SPEND_IN_MICRO_DOLLAR", 20));
        ads.figures(campaign, LocalDate.parse("2026-11-25"), Map.of("SPEND_IN_MICRO_DOLLAR", 40));
        String query =
                "?start_date=2026-11-20&end_date=2026-11-24&columns=SPEND_IN_MICRO_DOLLAR&granularity=" + granularity;
        JsonNode byCampaign = http.get("campaigns/analytics" + query + "&campaign_ids=" + campaign);
        PublishedSchema.check("CampaignsAnalyticsResponse", byCampaign.toString());
        assertEquals(rows, byCampaign.size());
        assertEquals(spend, byCampaign.at("/0/SPEND_IN_MICRO_DOLLAR").asInt());
        assertEquals(campaign, byCampaign.at("/0/CAMPAIGN_ID").asText());
        assertFalse(byCampaign.get(0).has("TOTAL_CHECKOUT"));
        assertEquals(!granularity.equals("TOTAL"), byCampaign.get(0).has("DATE"));
        JsonNode ofAccount = http.get("analytics" + query);
        PublishedSchema.check("AdAccountAnalyticsResponse", ofAccount.toString());
        assertEquals(spend, ofAccount.at("/0/SPEND_IN_MICRO_DOLLAR").asInt());
        assertEquals(ACCOUNT, ofAccount.at("/0/AD_ACCOUNT_ID").asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "start_date=x&end_date=2026-11-24&columns=CTR&granularity=DAY",
                "start_date=2026-11-25&end_date=2026-11-24&columns=CTR&granularity=DAY",
                "start_date=2026-08-01&end_date=2026-08-02&columns=CTR&granularity=DAY",
                "start_date=2026-11-20&end_date=2026-11-24&granularity=DAY",
                "start_date=2026-11-20&end_date=2026-11-24&columns=ctr&granularity=DAY",
                "start_date=2026-11-20&end_date=2026-11-24&columns=CTR&granularity=YEAR",
                "start_date=2026-11-20&end_date=2026-11-24&columns=CTR&granularity=DAY&click_window_days=2",
                "start_date=2026-11-20&end_date=2026-11-24&columns=CTR&granularity=DAY&conversion_report_time=NOW",
            })
    void refusesAnalytics(String query) throws Exception {
        assertEquals(400, http.send("GET", "analytics?" + query, "").statusCode());
    }

    // --- failures

    @Test
    void trialAccessReadsAndDoesNotWrite() throws Exception {
        try (FakePinterest trial = start(true)) {
            AdsHttp trialHttp = new AdsHttp(trial);
            HttpResponse<String> response = trialHttp.send("POST", "campaigns", campaigns("One"));
            assertEquals(403, response.statusCode());
            assertEquals(29, JSON.readTree(response.body()).path("code").asInt());
            assertEquals(0, trialHttp.get("campaigns").path("items").size());
        }
    }

    @Test
    void aRateLimitHoldsForItsCategoryAndWindow() throws Exception {
        ads.rateLimit("ads_write", 1, Duration.ofHours(20));
        HttpResponse<String> first = http.send("POST", "campaigns", campaigns("One"));
        assertEquals(200, first.statusCode());
        assertEquals(
                "1, 1;w=72000;name=\"ads_write\"",
                first.headers().firstValue("X-RateLimit-Limit").orElse(""));
        assertEquals("0", first.headers().firstValue("X-RateLimit-Remaining").orElse(""));
        clock.tick(Duration.ofMinutes(1));
        HttpResponse<String> second = http.send("POST", "campaigns", campaigns("Two"));
        assertEquals(429, second.statusCode());
        assertEquals(8, JSON.readTree(second.body()).path("code").asInt());
        assertEquals("71940", second.headers().firstValue("X-RateLimit-Reset").orElse(""));
        assertEquals(1, http.get("campaigns").path("items").size());
        clock.tick(Duration.ofHours(20));
        assertEquals(200, http.send("POST", "campaigns", campaigns("Two")).statusCode());
    }

    @ParameterizedTest
    @EnumSource(WriteFault.class)
    void aFaultHitsTheWriteOfItsNumberOnly(WriteFault fault) throws Exception {
        ads.failWrite(2, fault);
        post("campaigns", campaigns("First"));
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> {
            try {
                return http.send("POST", "campaigns", campaigns("A", "B", "C")).statusCode();
            } catch (IOException e) {
                return 0;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        if (fault == WriteFault.STALLED_AFTER) {
            Await.until(() -> names().size() == 4);
            ads.releaseResponses();
        }
        int expected = switch (fault) {
            case ERROR_BEFORE, ERROR_AFTER -> 500;
            case CLOSED_BEFORE, CLOSED_AFTER, CLOSED_HALFWAY -> 0;
            case STALLED_AFTER -> 200;
            case RATE_LIMITED -> 429;
        };
        assertEquals(expected, status.get(20, TimeUnit.SECONDS));
        List<String> applied = switch (fault) {
            case ERROR_BEFORE, CLOSED_BEFORE, RATE_LIMITED -> List.of("First");
            case CLOSED_HALFWAY -> List.of("First", "A", "B");
            default -> List.of("First", "A", "B", "C");
        };
        assertEquals(applied, names());
        assertEquals(fault.isApplied(), names().size() > 1);
        assertEquals(2, ads.writes());
        post("campaigns", campaigns("Last"));
        assertEquals(3, ads.writes());
        assertEquals(
                List.of(200, expected, 200),
                ads.calls().stream().map(AdsCall::status).toList());
    }

    @Test
    void closingReleasesAStalledResponse() throws Exception {
        ads.failWrite(1, WriteFault.STALLED_AFTER);
        assertThrows(
                HttpTimeoutException.class,
                () -> http.send("POST", "campaigns", campaigns("One"), Duration.ofMillis(200)));
        Await.until(() -> names().equals(List.of("One")));
        pinterest.close();
    }

    @Test
    void scriptedResponsesAreSentInsteadOfApplying() throws Exception {
        ads.respondWith(FakeResponse.unauthorized(), FakeResponse.of(200, "not JSON"));
        assertEquals(401, http.send("POST", "campaigns", campaigns("One")).statusCode());
        assertEquals("not JSON", http.send("GET", "campaigns", "").body());
        assertEquals(0, ads.writes());
        assertEquals(List.of(), ads.campaigns());
    }

    @Test
    void othersCanChangeEntities() throws Exception {
        String id = ads.addCampaign(Map.of("name", "Old"));
        ads.change(id, "name", "New");
        ads.change(id, "daily_spend_cap", 99_000_000L);
        ads.unset(id, "objective_type");
        JsonNode campaign = http.get("campaigns/" + id);
        assertEquals("New", campaign.path("name").asText());
        assertEquals(99_000_000, campaign.path("daily_spend_cap").asLong());
        assertFalse(campaign.has("objective_type"));
        ads.remove(id);
        assertThrows(IllegalArgumentException.class, () -> ads.get(id));
        assertThrows(IllegalArgumentException.class, () -> ads.change(id, "name", "x"));
        assertThrows(IllegalArgumentException.class, () -> ads.addAdGroup(Map.of("campaign_id", id)));
    }

    @Test
    void clearForgetsEverything() throws Exception {
        post("campaigns", campaigns("One"));
        ads.failWrite(1, WriteFault.ERROR_BEFORE);
        ads.rateLimit("ads_write", 0, Duration.ofMinutes(1));
        pinterest.clear();
        assertEquals(List.of(), ads.campaigns());
        assertEquals(List.of(), ads.calls());
        post("campaigns", campaigns("Two"));
        assertEquals(1, ads.writes());
    }

    @Test
    void thePublishedSchemaRefusesWrongAdsRequests() {
        assumeTrue(PublishedSchema.isGiven());
        assertThrows(AssertionError.class, () -> PublishedSchema.check("CampaignCreateRequest", "{\"name\":\"One\"}"));
        assertThrows(
                AssertionError.class,
                () -> PublishedSchema.check("AdGroupUpdateRequest", "{\"id\":\"1\",\"bid_in_micro_currency\":\"1\"}"));
    }
}
