// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;

import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.event.Visit;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.Outbox;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The child process of {@link OutOfMemoryTest}: a shop that submits sales while its other threads use up all memory for
 * some seconds. After that it has memory again.
 */
final class OutOfMemoryShop {
    static final String TOKEN = "a-token";
    static final String BEFORE = "before";
    static final String AFTER = "after";
    private static final int HOGS = 4;
    private static final int MAX_SALES = 10_000;
    private static final long FULL_NANOS = Duration.ofMillis(300).toNanos();

    private static volatile boolean hungry = true;
    private static final AtomicLong outOfMemory = new AtomicLong();

    /** Prevents the compiler from removing the allocations. */
    @SuppressWarnings("UnusedVariable")
    private static volatile @Nullable Object kept;

    private OutOfMemoryShop() {}

    /**
     * Arguments: {@code memory} or the file of the outbox, the seconds without memory, the address of Pinterest. Ends
     * with its input.
     */
    public static void main(String[] args) throws Exception {
        Outbox outbox =
                args[0].equals("memory") ? MemoryOutbox.ofCapacity(100_000) : SqliteOutbox.open(Path.of(args[0]));
        CountDownLatch sold = new CountDownLatch(1);
        EpikClient epik = EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, TOKEN), outbox)
                .baseUrl(URI.create(args[2]))
                .linger(Duration.ZERO)
                .listener((event, outcome) -> sold.countDown())
                .open();
        epik.submit(order(BEFORE));
        if (!sold.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("Pinterest never took the first sale: " + epik.stats());
        }
        BitSet stored = new BitSet(MAX_SALES);
        sellWithoutMemory(epik, stored, TimeUnit.SECONDS.toNanos(Integer.parseInt(args[1])));
        System.out.println("OUT_OF_MEMORY " + outOfMemory);
        stored.stream().forEach(id -> System.out.println("STORED " + id));
        System.out.println("STORED " + sellUntilStored(epik));
        System.out.println("SOLD");
        while (System.in.read() != -1) {
            System.out.println("STATS " + epik.stats());
        }
        Runtime.getRuntime().halt(0);
    }

    private static ConversionEvent order(String id) {
        return ConversionEvent.checkout(id)
                .visit(Visit.of(Visit.Consent.GRANTED, "the shop")
                        .withIp("192.0.2.7")
                        .withUserAgent("Mozilla/5.0"))
                .build();
    }

    private static void sellWithoutMemory(EpikClient epik, BitSet stored, long nanos) throws InterruptedException {
        Thread[] hogs = new Thread[HOGS];
        for (int i = 0; i < HOGS; i++) {
            hogs[i] = new Thread(OutOfMemoryShop::hog, "hog");
            hogs[i].start();
        }
        long end = System.nanoTime() + nanos;
        for (int i = 0; i < MAX_SALES && end - System.nanoTime() > 0; i++) {
            try {
                if (epik.submit(order("" + i)) instanceof SubmitResult.Stored) {
                    stored.set(i);
                }
                Thread.sleep(2);
            } catch (Throwable ignored) { // errors of the JVM reach the caller of submit; this one goes on
            }
        }
        hungry = false;
        for (Thread hog : hogs) {
            hog.join();
        }
    }

    private static void hog() {
        while (hungry) {
            try {
                fill();
            } catch (Throwable ignored) { // that is what it is for
            }
        }
    }

    /** Allocates all memory, and keeps it for a while. */
    private static void fill() {
        Object[] chain = null;
        for (int size : new int[] {12_500, 250}) {
            try {
                while (true) {
                    chain = grown(chain, size);
                }
            } catch (OutOfMemoryError e) {
                outOfMemory.incrementAndGet();
            }
        }
        long end = System.nanoTime() + FULL_NANOS;
        while (System.nanoTime() - end < 0) {
            try {
                while (true) {
                    chain = grown(chain, 2);
                }
            } catch (OutOfMemoryError e) {
                outOfMemory.incrementAndGet();
            }
        }
        kept = chain;
        kept = null;
    }

    private static Object[] grown(Object @Nullable [] chain, int size) {
        Object[] next = new Object[size];
        next[0] = chain;
        return next;
    }

    private static String sellUntilStored(EpikClient epik) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!(epik.submit(order(AFTER)) instanceof SubmitResult.Stored)) {
            if (end - System.nanoTime() < 0) {
                return "nothing any more";
            }
            Thread.sleep(100);
        }
        return AFTER;
    }
}
