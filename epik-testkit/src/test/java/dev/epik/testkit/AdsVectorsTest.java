// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.epik.testing.VectorRow;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code vectors/ads.json}, row by row. */
class AdsVectorsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A valid request of each endpoint. */
    private static final Map<String, String> VALID = VectorRow.of("ads.json", "valid")
            .map(VectorRow::json)
            .collect(Collectors.toMap(
                    row -> row.path("path").asText(), row -> row.path("request").toString()));

    private static FakePinterest pinterest;
    private static AdsHttp http;

    private final Map<String, String> ids = new LinkedHashMap<>();

    static Stream<VectorRow> writes() {
        return VectorRow.of("ads.json", "writes");
    }

    @BeforeAll
    static void start() throws IOException {
        pinterest = FakePinterest.builder(ACCOUNT, AdsHttp.TOKEN).start();
        http = new AdsHttp(pinterest);
    }

    @AfterAll
    static void close() {
        pinterest.close();
    }

    @BeforeEach
    void clear() {
        pinterest.clear();
        ids.clear();
        ids.put("account", ACCOUNT);
    }

    @ParameterizedTest
    @MethodSource("writes")
    void aWriteIsJudgedAsInTheRow(VectorRow row) throws Exception {
        JsonNode json = row.json();
        String path = json.path("path").asText();
        String kind = path.substring(0, path.length() - 1);
        addGiven(json.path("given"), kind, json.has("patch"));
        ObjectNode item = item(json, path, kind);
        boolean batch = !kind.equals("audience") && !kind.equals("customer_list");
        boolean update = json.has("patch");
        HttpResponse<String> response = http.write(
                update ? "PATCH" : "POST",
                batch || !update ? path : path + "/" + ids.get(kind),
                batch ? JSON.createArrayNode().add(item) : item);

        assertEquals(json.path("status").asInt(), response.statusCode(), response.body());
        JsonNode result = JSON.readTree(response.body());
        JsonNode error = response.statusCode() != 200
                ? result
                : result.at(kind.equals("ad") ? "/items/0/exceptions" : "/items/0/exceptions/0");
        assertEquals(json.path("code").asInt(), error.path("code").asInt(), response.body());
        assertEquals(1, pinterest.ads().writes());
    }

    /** Adds the parents that a request names, and the entity that an update changes. */
    private void addGiven(JsonNode given, String kind, boolean update) {
        FakeAds ads = pinterest.ads();
        if (given.has("customer_list") || (update && kind.equals("customer_list"))) {
            ids.put("customer_list", ads.addCustomerList(Map.of("list_type", "EMAIL")));
        }
        if (given.has("audience") || (update && kind.equals("audience"))) {
            String list = ads.addCustomerList(Map.of());
            ids.put(
                    "audience",
                    ads.addAudience(
                            Map.of("audience_type", "CUSTOMER_LIST", "rule", Map.of("customer_list_id", list))));
        }
        if (!kind.equals("campaign") || update) {
            ids.put("campaign", ads.addCampaign(fields(given.path("campaign"), Map.of())));
        }
        if (kind.equals("ad") || (update && kind.equals("ad_group"))) {
            ids.put(
                    "ad_group",
                    ads.addAdGroup(fields(given.path("ad_group"), Map.of("campaign_id", ids.get("campaign")))));
        }
        if (kind.equals("ad") && update) {
            ids.put("ad", ads.addAd(fields(given.path("ad"), Map.of("ad_group_id", ids.get("ad_group")))));
        }
    }

    private static Map<String, Object> fields(JsonNode json, Map<String, Object> more) {
        Map<String, Object> fields = new LinkedHashMap<>(more);
        if (json.isObject()) {
            fields.putAll(JSON.convertValue(json, new TypeReference<Map<String, Object>>() {}));
        }
        return fields;
    }

    private ObjectNode item(JsonNode row, String path, String kind) throws IOException {
        ObjectNode item;
        if (row.has("patch")) {
            item = JSON.createObjectNode();
            if (!kind.equals("audience") && !kind.equals("customer_list")) {
                item.put("id", ids.get(kind));
            }
            if (kind.equals("campaign")) {
                item.put("ad_account_id", ACCOUNT);
            }
            item.setAll((ObjectNode) row.path("patch"));
        } else {
            item = (ObjectNode) JSON.readTree(VALID.get(path));
            if (row.has("change")) {
                item.setAll((ObjectNode) row.path("change"));
            }
            row.path("remove").forEach(name -> item.remove(name.asText()));
        }
        String text = item.toString();
        for (Map.Entry<String, String> id : ids.entrySet()) {
            text = text.replace("$" + id.getKey() + "\"", id.getValue() + "\"");
        }
        return (ObjectNode) JSON.readTree(text);
    }
}
