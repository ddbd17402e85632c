// SPDX-License-Identifier: Apache-2.0
package dev.epik.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.boot.test.EnableFakePinterest;
import dev.epik.capi.EpikClient;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.testkit.FakePinterest;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;

/** The test of {@code docs/spring-boot.md}. */
// tag::boot-fake[]
@SpringBootTest(properties = "epik.outbox.type=memory")
@EnableFakePinterest
class SaleTest {
    @Autowired
    EpikClient epik;

    @Autowired
    FakePinterest pinterest;

    @Test
    void aSaleArrives() throws Exception {
        Visit visit =
                Visit.of(Visit.Consent.GRANTED, "a test").withIp("203.0.113.9").withUserAgent("a browser");
        epik.submit(ConversionEvent.checkout("1001")
                .value(new BigDecimal("9.90"), "EUR")
                .visit(visit));

        assertEquals(
                "1001", pinterest.awaitEvents(1, Duration.ofSeconds(10)).get(0).id());
    }
    // end::boot-fake[]

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {}
}
