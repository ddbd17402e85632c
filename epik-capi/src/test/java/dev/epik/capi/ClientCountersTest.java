// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.testing.LogCapture;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads the counters of a client, its recent statistics and its bean in JMX. */
@Timeout(60)
class ClientCountersTest {
    private static final String ACCOUNT = "549755885175";
    private static final Visit VISIT = Visit.of(Visit.Consent.GRANTED, "the test")
            .withClickId("dj0yJnU9abc")
            .withIp("192.0.2.7")
            .withUserAgent("Mozilla/5.0");

    private static EpikClient open(FakePinterest pinterest) {
        return EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, "a-token"), MemoryOutbox.ofCapacity(100))
                .baseUrl(pinterest.uri())
                .linger(Duration.ZERO)
                .open();
    }

    private static ConversionEvent sale(String id) {
        return ConversionEvent.checkout(id).visit(VISIT).build();
    }

    private static long count(EpikClient epik, String name, String tag, String value) {
        return epik.counters().stream()
                .filter(counter -> counter.name().equals(name)
                        && value.equals(counter.tags().get(tag)))
                .mapToLong(EpikClient.Counter::count)
                .sum();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void countsSubmitsOutcomesAndRequests() throws Exception {
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                EpikClient epik = open(pinterest)) {
            epik.submit(sale("1"));
            epik.submit(sale("1"));
            epik.account(ACCOUNT).submit(sale("2"));
            epik.submitAll(List.of(sale("3"), sale("")));
            epik.account("unknown").submit(sale("4"));
            await(() -> count(epik, "epik.events", "result", "accepted") == 3);
            assertEquals(3, count(epik, "epik.events", "result", "stored"));
            assertEquals(1, count(epik, "epik.events", "result", "duplicate"));
            assertEquals(1, count(epik, "epik.events", "reason", "id"), "the invalid event");
            assertEquals(1, count(epik, "epik.events", "result", "failed"));
            assertEquals(1, count(epik, "epik.events", "account", "other"), "an unknown ad account");
            assertEquals(3, count(epik, "epik.match.keys", "key", "client_ip_address"));
            assertTrue(count(epik, "epik.delivery", "status", "ok") > 0);
            assertTrue(epik.counters().stream()
                    .filter(counter -> counter.name().equals("epik.delivery"))
                    .noneMatch(counter -> counter.totalTime().isZero()));
            assertTrue(epik.activity().lastAccepted().isPresent());
            pinterest.alwaysRespondWith(FakeResponse.serverError());
            epik.submit(sale("5"));
            await(() -> count(epik, "epik.delivery", "status", "500") > 0);
        }
    }

    @Test
    void submitByASecondNameCountsUnderTheFirst() throws Exception {
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                EpikClient epik = EpikClient.builder(
                                Mode.LIVE, AdAccount.of(ACCOUNT, "a-token"), MemoryOutbox.ofCapacity(100))
                        .defaultName("shop")
                        .baseUrl(pinterest.uri())
                        .linger(Duration.ZERO)
                        .open()) {
            epik.account("shop").submit(sale("1"));
            await(() -> count(epik, "epik.events", "result", "accepted") == 1);
            assertEquals(2, count(epik, "epik.events", "account", EpikClient.MAIN), "stored and accepted");
        }
    }

    @Test
    void clientThatCouldNotBeOpenedHasCountersToo() {
        EpikClient epik = EpikClient.unavailable("The test says so");
        epik.submit(sale("1"));
        assertEquals(1, count(epik, "epik.events", "result", "failed"));
        assertEquals(Optional.empty(), epik.activity().lastAccepted());
    }

    @Test
    void logsOneLineAtTheStart() throws Exception {
        try (LogCapture log = LogCapture.of(EpikClient.class);
                FakePinterest pinterest =
                        FakePinterest.builder(ACCOUNT, "a-token").start();
                EpikClient epik = open(pinterest)) {
            await(() -> epik.recentStats().isPresent());
            assertEquals(0, epik.recentStats().orElseThrow().waiting());
            assertEquals(
                    List.of("INFO Epik reports events of ad account 549755885175 in LIVE mode. 0 events wait in"
                            + " MemoryOutbox"),
                    log.lines());
        }
    }

    @Test
    void beanInJmxHasTheCountersUntilTheClientIsClosed() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName all = new ObjectName("dev.epik:type=EpikClient,*");
        Set<ObjectName> before = server.queryNames(all, null);
        ObjectName name;
        try (FakePinterest pinterest = FakePinterest.builder(ACCOUNT, "a-token").start();
                EpikClient epik = open(pinterest)) {
            Set<ObjectName> now = server.queryNames(all, null);
            now.removeAll(before);
            name = now.iterator().next();
            epik.submit(sale("1"));
            await(() -> count(epik, "epik.events", "result", "accepted") == 1);
            await(() -> epik.recentStats().isPresent());
            assertEquals(
                    1L,
                    server.getAttribute(
                            name, "epik.events{account=main,event=checkout,result=accepted,reason=,click_id=true}"));
            assertEquals(0, server.getAttribute(name, "Dead"));
            String[] names = Arrays.stream(server.getMBeanInfo(name).getAttributes())
                    .map(MBeanAttributeInfo::getName)
                    .toArray(String[]::new);
            assertEquals(names.length, server.getAttributes(name, names).size());
        }
        assertFalse(server.isRegistered(name));
    }
}
