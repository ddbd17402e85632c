// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikClient;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.testkit.FakePinterest;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;

@SpringBootTest(properties = "epik.outbox.type=memory")
@EnableFakePinterest
class EnableFakePinterestTest {
    @Autowired
    EpikClient epik;

    @Autowired
    FakePinterest pinterest;

    @RepeatedTest(2)
    void theFakeIsEmptyBeforeEachTest(RepetitionInfo repetition) throws Exception {
        assertEquals(List.of(), pinterest.received());
        assertTrue(epik.submit(ConversionEvent.checkout("again-" + repetition.getCurrentRepetition())
                        .value(new BigDecimal("9.90"), "EUR")
                        .visit(Visit.of(Visit.Consent.GRANTED, "a test")
                                .withIp("203.0.113.9")
                                .withUserAgent("a test")))
                .isStored());
        assertEquals(1, pinterest.awaitEvents(1, Duration.ofSeconds(10)).size());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {}
}
