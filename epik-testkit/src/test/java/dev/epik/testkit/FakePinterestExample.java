// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Shows how an application tests that its sales arrive. */
class FakePinterestExample {
    @Test
    void saleFromTagAndServerCountsOnce() throws Exception {
        try (FakePinterest pinterest =
                FakePinterest.builder("549755885175", "a-token").start()) {
            buyIn(pinterest.uri());

            ReceivedEvent sale =
                    pinterest.awaitEvents(1, Duration.ofSeconds(10)).get(0);
            assertTrue(sale.processed(), sale.error());

            pinterest.tagHit("checkout", "{\"event_id\":\"1001\"}");
            EventCounts counts = pinterest.countsOf("checkout", "1001");
            assertEquals("2 received, 1 counted", counts.received() + " received, " + counts.counted() + " counted");
        }
    }

    /** Stands in for the application under test; calls the API directly. */
    private static void buyIn(URI pinterest) throws Exception {
        String event = """
                {"data":[{"event_name":"checkout","action_source":"web","event_time":%d,"event_id":"1001",
                  "user_data":{"client_ip_address":"192.0.2.7","client_user_agent":"Mozilla/5.0","click_id":"dj0y"}}]}
                """.formatted(Instant.now().getEpochSecond());
        HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(pinterest.resolve("/v5/ad_accounts/549755885175/events"))
                                .header("Authorization", "Bearer a-token")
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(event))
                                .build(),
                        BodyHandlers.ofString());
    }
}
