// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import java.net.URI;

/** The code of {@code docs/testing.md}. */
final class TestingPage {
    private TestingPage() {}

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
