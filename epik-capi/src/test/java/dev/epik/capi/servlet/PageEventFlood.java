// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.servlet.EpikContextListener.PageEvents;
import dev.epik.testing.TestIds;
import dev.epik.testkit.FakePinterest;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Measures what a flood of page events costs the sales of the same process and ad account: the time of {@code submit},
 * and the time until Pinterest has accepted the sale. Rounds without and with the flood alternate. Not a test.
 */
final class PageEventFlood {
    private static final int ROUNDS = 5;
    private static final int SALES = 100;
    private static final long SALE_INTERVAL = Duration.ofMillis(20).toNanos();
    private static final int EVENTS_PER_SECOND = 2000;

    private PageEventFlood() {}

    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        measure(true); // warms up
        long[][][] times = new long[2][2][0];
        for (int round = 0; round < ROUNDS; round++) {
            for (int flood = 0; flood < 2; flood++) {
                long[][] some = measure(flood == 1);
                for (int kind = 0; kind < 2; kind++) {
                    times[flood][kind] = joined(times[flood][kind], some[kind]);
                }
            }
        }
        for (int flood = 0; flood < 2; flood++) {
            System.out.println((flood == 1 ? "with " + EVENTS_PER_SECOND + " page events a second: " : "alone: ")
                    + "submit " + quantiles(times[flood][0]) + ", accepted after " + quantiles(times[flood][1]));
        }
    }

    private static long[] joined(long[] before, long[] more) {
        long[] all = Arrays.copyOf(before, before.length + more.length);
        System.arraycopy(more, 0, all, before.length, more.length);
        return all;
    }

    private static String quantiles(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return "median " + sorted[sorted.length / 2] / 1000 + " µs, 99 % " + sorted[sorted.length * 99 / 100] / 1000
                + " µs";
    }

    private static long[][] measure(boolean flooded) throws Exception {
        PageEventsTest shop = new PageEventsTest();
        shop.start();
        Path folder = Files.createTempDirectory("epik-flood");
        AtomicBoolean flooding = new AtomicBoolean(flooded);
        ConcurrentHashMap<String, Long> accepted = new ConcurrentHashMap<>();
        long[] waited = new long[SALES];
        long[] submitted = new long[SALES];
        try (FakePinterest pinterest =
                        FakePinterest.builder(TestIds.ACCOUNT, "token").start();
                PageEvents events = shop.pageEvents()
                        .baseUrl(pinterest.uri())
                        .maxPerMinute(10_000)
                        .capacity(100_000)
                        .open(shop.shop);
                EpikClient client = EpikClient.builder(
                                Mode.LIVE,
                                AdAccount.of(TestIds.ACCOUNT, "token"),
                                SqliteOutbox.open(folder.resolve("epik.db")))
                        .baseUrl(pinterest.uri())
                        .linger(Duration.ZERO)
                        .listener((event, outcome) -> accepted.put(event.id(), System.nanoTime()))
                        .open()) {
            Thread flood = new Thread(() -> {
                long due = System.nanoTime();
                for (int i = 0; flooding.get(); i++) {
                    shop.visit("10." + i % 200 + "." + i / 200 % 200 + ".1");
                    due += Duration.ofSeconds(1).toNanos() / EVENTS_PER_SECOND;
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            });
            flood.start();
            long due = System.nanoTime();
            for (int i = 0; i < SALES; i++) {
                due += SALE_INTERVAL;
                LockSupport.parkNanos(due - System.nanoTime());
                ConversionEvent sale = sale(i);
                submitted[i] = System.nanoTime();
                client.submit(sale);
                waited[i] = System.nanoTime() - submitted[i];
            }
            while (accepted.size() < SALES) {
                LockSupport.parkNanos(1_000_000);
            }
            flooding.set(false);
            flood.join();
            System.out.println((flooded ? "flood: " : "alone: ") + events.counts());
        } finally {
            shop.stop();
        }
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
        long[] delivered = new long[SALES];
        for (int i = 0; i < SALES; i++) {
            delivered[i] = Objects.requireNonNull(accepted.get("order-" + i)) - submitted[i];
        }
        return new long[][] {waited, delivered};
    }

    private static ConversionEvent sale(int number) {
        return ConversionEvent.checkout("order-" + number)
                .value(new BigDecimal("19.99"), "EUR")
                .visit(Visit.of(Visit.Consent.GRANTED, "the checkout")
                        .withIp("203.0.113.7")
                        .withUserAgent("Mozilla/5.0 (Windows NT 10.0) Firefox/120.0"))
                .build();
    }
}
