// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.SqliteOutbox;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The child process of {@link IdleAccountsTest}. It measures the heap with few and with many idle ad accounts. */
final class IdleAccountsShop {
    private static final int FEW = 200;
    private static final int MORE = 10_000;

    /** As many as the cache of stored ids holds, so that it is full before the first measurement. */
    private static final int CACHED = 10_000;

    /** The queue of the engine keeps the deadline of a request that was answered until it has passed. */
    private static final long DEADLINES_PASS = 40_000;

    private static final Semaphore SETTLED = new Semaphore(0);

    private IdleAccountsShop() {}

    /** Arguments: the address of Pinterest, and the file of the outbox, which keeps stored events off the heap. */
    public static void main(String[] args) throws Exception {
        try (SqliteOutbox outbox = SqliteOutbox.open(Path.of(args[1]));
                EpikClient epik = EpikClient.builder(Mode.LIVE, AdAccount.of("1", "a-token"), outbox)
                        .baseUrl(URI.create(args[0]))
                        .linger(Duration.ofMillis(100))
                        .listener((event, outcome) -> SETTLED.release())
                        .open()) {
            for (int i = 0; i < CACHED; i++) {
                sell(epik, EpikClient.MAIN, "" + i);
            }
            await(CACHED);
            sellOnce(epik, 0, FEW);
            Thread.sleep(DEADLINES_PASS);
            long few = usedAfterGc();
            sellOnce(epik, FEW, FEW + MORE);
            Thread.sleep(DEADLINES_PASS);
            long many = usedAfterGc();
            System.out.println("BYTES " + (many - few) / MORE);
        }
    }

    private static void sellOnce(EpikClient epik, int from, int to) throws InterruptedException {
        for (int i = from; i < to; i++) {
            epik.addAccount("shop-" + i, AdAccount.of("2" + i, "a-token"));
            sell(epik, "shop-" + i, "sale-" + i);
        }
        await(to - from);
    }

    private static void sell(EpikClient epik, String account, String id) {
        ConversionEvent order = ConversionEvent.checkout(id)
                .visit(Visit.of(Visit.Consent.GRANTED, "the shop")
                        .withIp("192.0.2.7")
                        .withUserAgent("Mozilla/5.0"))
                .build();
        if (!(epik.account(account).submit(order) instanceof SubmitResult.Stored)) {
            throw new IllegalStateException("not stored");
        }
    }

    private static void await(int events) throws InterruptedException {
        if (!SETTLED.tryAcquire(events, 100, TimeUnit.SECONDS)) {
            throw new IllegalStateException("not delivered");
        }
    }

    private static long usedAfterGc() throws InterruptedException {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(500); // for cleaners and the last work of the engine
            used = Math.min(
                    used,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return used;
    }
}
