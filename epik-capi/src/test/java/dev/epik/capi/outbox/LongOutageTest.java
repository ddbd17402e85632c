// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AdAccount;
import dev.epik.capi.Mode;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.delivery.DeliveryOptions;
import dev.epik.capi.delivery.SteppedDelivery;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.pinterest.PinterestApi;
import dev.epik.testing.TickingClock;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.FakeResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that an outage of ten days makes the file grow, but not the heap. */
class LongOutageTest {
    private static final int DAYS = 10;
    private static final int SALES_A_DAY = 2000;

    /** Twenty thousand waiting events have twenty megabytes. */
    private static final long MAY_GROW = 4L << 20;

    @TempDir
    private Path directory;

    private final TickingClock clock = new TickingClock(Instant.parse("2026-11-01T10:00:00Z"));

    @ParameterizedTest
    @ValueSource(ints = {400, 503})
    void heapDoesNotGrow(int status) throws Exception {
        try (FakePinterest pinterest =
                        FakePinterest.builder(ACCOUNT, "a-token").clock(clock).start();
                SqliteOutbox outbox = SqliteOutbox.builder(directory.resolve("outbox.db"))
                        .clock(clock)
                        .open();
                PinterestApi api = new PinterestApi(pinterest.uri(), Mode.LIVE, null)) {
            pinterest.alwaysRespondWith(FakeResponse.of(status, "{\"code\":1,\"message\":\"on purpose\"}"));
            SteppedDelivery delivery = new SteppedDelivery(
                    outbox, AdAccount.of(ACCOUNT, "a-token"), api, DeliveryOptions.of(Mode.LIVE, clock));
            long before = 0;
            for (int day = 0; day < DAYS; day++) {
                sell(outbox, day);
                for (int hour = 0; hour < 24; hour++) {
                    clock.tick(Duration.ofHours(1));
                    delivery.step();
                }
                before = day == 2 ? used() : before;
            }
            long grown = used() - before;
            assertEquals(DAYS * SALES_A_DAY, outbox.backlog(ACCOUNT).waiting());
            System.out.println("EPIK: ten days of " + status + " with " + DAYS * SALES_A_DAY
                    + " sales waiting: heap grew by " + grown / 1024 + " kB");
            assertTrue(grown < MAY_GROW, "the heap grew by " + grown);
        }
    }

    private void sell(Outbox outbox, int day) {
        String json = "{\"event_name\":\"checkout\",\"padding\":\"" + "x".repeat(1000) + "\"}";
        List<StoredEvent> sales = IntStream.range(0, SALES_A_DAY)
                .mapToObj(i -> new StoredEvent(ACCOUNT, "checkout", day + "-" + i, json, clock.instant(), false))
                .toList();
        outbox.addAll(sales).join();
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
