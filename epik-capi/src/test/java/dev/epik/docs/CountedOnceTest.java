// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.testkit.FakePinterest;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The test of {@code docs/migrating.md}. */
class CountedOnceTest {
    @Test
    void tagAndServerCountOnce() throws Exception {
        try (FakePinterest pinterest =
                        FakePinterest.builder("549755885175", "a-token").start();
                EpikClient epik = EpikClient.builder(
                                Mode.LIVE, AdAccount.of("549755885175", "a-token"), MemoryOutbox.ofCapacity(10))
                        .baseUrl(pinterest.uri())
                        .open()) {
            ConversionEvent sale = ConversionEvent.checkout("1001")
                    .value(new BigDecimal("72.39"), "EUR")
                    .visit(Visit.of(Visit.Consent.GRANTED, "a test")
                            .withIp("203.0.113.9")
                            .withUserAgent("a browser"))
                    .build();
            // tag::counted-once[]
            epik.submit(sale);
            pinterest.awaitEvents(1, Duration.ofSeconds(10));
            pinterest.tagHit("checkout", "{\"event_id\":\"1001\"}"); // the call of your page
            assertEquals(1, pinterest.countsOf("checkout", "1001").counted()); // of 2 received
            // end::counted-once[]
            assertEquals(2, pinterest.countsOf("checkout", "1001").received());
            assertTrue(sale.browserTag().contains("\"event_id\":\"1001\""), sale.browserTag());
        }
    }
}
