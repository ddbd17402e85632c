// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikClient;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.testkit.FakePinterest;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.TestContextManager;

/** Runs Spring's test framework without its JUnit extension, which in Spring 7 needs JUnit 6. */
class EnableFakePinterestTest {
    @SpringBootTest(classes = EnableFakePinterestTest.Shop.class, properties = "epik.outbox.type=memory")
    @EnableFakePinterest(adAccountId = "12")
    static class ShopTests {
        @Autowired
        EpikClient epik;

        @Autowired
        FakePinterest pinterest;

        void submits(String id) throws InterruptedException {
            assertEquals(List.of(), pinterest.received());
            Visit visit = Visit.of(Visit.Consent.GRANTED, "a test")
                    .withIp("203.0.113.9")
                    .withUserAgent("a browser");
            assertTrue(epik.submit(ConversionEvent.checkout(id)
                            .value(new BigDecimal("9.90"), "EUR")
                            .visit(visit))
                    .isStored());
            assertEquals(
                    id, pinterest.awaitEvents(1, Duration.ofSeconds(10)).get(0).id());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {}

    @Test
    void theFakeIsInjectedAndEmptyBeforeEachTest() throws Exception {
        TestContextManager manager = new TestContextManager(ShopTests.class);
        Method method = ShopTests.class.getDeclaredMethod("submits", String.class);
        FakePinterest first = null;
        for (String id : List.of("1001", "1002")) {
            ShopTests tests = new ShopTests();
            manager.prepareTestInstance(tests);
            manager.beforeTestMethod(tests, method);
            tests.submits(id);
            first = first == null ? tests.pinterest : first;
            assertSame(first, tests.pinterest);
        }
    }
}
