// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.testkit.AdsCall;
import dev.epik.testkit.FakeAds;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import dev.epik.testkit.WriteFault;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** The code of {@code docs/testing.md}. */
final class TestingPage {
    private TestingPage() {}

    static void ads() throws Exception {
        // tag::fake-ads[]
        try (FakePinterest pinterest =
                FakePinterest.builder("549755885175", "a-token").currency("EUR").start()) {
            FakeAds ads = pinterest.ads();
            String id = ads.addCampaign(Map.of("name", "Autumn", "status", "PAUSED"));
            ads.failWrite(2, WriteFault.CLOSED_AFTER); // the second write is applied, and its answer is lost
            // … the code under test …
            ads.change(id, "daily_spend_cap", 40_000_000); // like a change in Ads Manager
            List<AdsCall> dangerous = ads.sentActive(); // and campaigns(), rows(…), calls(), writes()
            // end::fake-ads[]
            if (!dangerous.isEmpty()) {
                throw new AssertionError();
            }
        }
    }

    static void fake() throws Exception {
        // tag::fake-pinterest[]
        try (FakePinterest pinterest = FakePinterest.builder("549755885175", "a-token")
                .oauth("an-app", "a-secret")
                .start()) {
            URI api = pinterest.uri(); // for the builders of EpikClient and OAuthTokens: .baseUrl(api)
            String code =
                    pinterest.tokenEndpoint().authorizationCode("https://shop.example/back"); // for OAuthTokens.connect
            pinterest.respondWith(FakeResponse.rateLimited()); // and awaitEvents(…), countsOf(…), failEvent(…)
            // end::fake-pinterest[]
            if (api.getPort() <= 0 || code.isEmpty()) {
                throw new AssertionError();
            }
        }
    }
}
