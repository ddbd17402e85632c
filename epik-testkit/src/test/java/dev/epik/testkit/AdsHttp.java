// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.epik.testing.PublishedSchema;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/** Sends requests to the ads endpoints, and checks each accepted request and each response by the published schema. */
final class AdsHttp {
    static final String TOKEN = "a-token-of-the-test";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> ENTITIES = Map.of(
            "campaigns",
            "Campaign",
            "ad_groups",
            "AdGroup",
            "ads",
            "Ad",
            "audiences",
            "Audience",
            "customer_lists",
            "CustomerList");

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI api;

    AdsHttp(FakePinterest pinterest) {
        this.api = pinterest.uri();
    }

    HttpResponse<String> send(String method, String path, String body) throws Exception {
        return send(method, path, body, Duration.ofSeconds(20));
    }

    /** Sends a request to a path below the ad account, or to an absolute path. */
    HttpResponse<String> send(String method, String path, String body, Duration timeout) throws Exception {
        String whole = path.startsWith("/") ? path : "/v5/ad_accounts/" + ACCOUNT + "/" + path;
        return http.send(
                HttpRequest.newBuilder(api.resolve(whole))
                        .header("Authorization", "Bearer " + TOKEN)
                        .header("Content-Type", "application/json")
                        .timeout(timeout)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Sends a request that must be accepted, and returns the response body. */
    JsonNode get(String path) throws Exception {
        HttpResponse<String> response = send("GET", path, "");
        assertEquals(200, response.statusCode(), response.body());
        return JSON.readTree(response.body());
    }

    /** Sends a write and returns its response. */
    HttpResponse<String> write(String method, String path, JsonNode body) throws Exception {
        HttpResponse<String> response = send(method, path, body.toString());
        check(method, path, body, response);
        return response;
    }

    private static void check(String method, String path, JsonNode body, HttpResponse<String> response)
            throws Exception {
        String endpoint = path.split("/", -1)[0];
        String entity = ENTITIES.getOrDefault(endpoint, "");
        if (response.statusCode() != 200) {
            PublishedSchema.check("Error", response.body());
            return;
        }
        boolean list = entity.equals("CustomerList");
        String request = entity + (method.equals("POST") ? list ? "Request" : "CreateRequest" : "UpdateRequest");
        for (JsonNode item : body.isArray() ? body : JSON.createArrayNode().add(body)) {
            PublishedSchema.check(request, item.toString());
        }
        String reply = body.isArray()
                ? entity.equals("Campaign") ? "CampaignCreateResponse" : entity + "ArrayResponse"
                : entity;
        PublishedSchema.check(reply, response.body());
    }
}
