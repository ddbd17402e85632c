// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Sale;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of an application with several concurrent checkouts. */
final class Callers {
    static final int THREADS = 8;

    private Callers() {}

    /** The work of a thread for each sale. */
    @FunctionalInterface
    interface Work {
        void on(Sale sale) throws Exception;
    }

    /** Distributes the sales over the threads; returns when all are done, and throws the first failure. */
    static void each(List<Sale> sales, Work work) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        Failures failures = new Failures();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> take(sales, next, work, failures), "shop-" + i);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        failures.rethrow();
    }

    private static void take(List<Sale> sales, AtomicInteger next, Work work, Failures failures) {
        try {
            for (int at = next.getAndIncrement(); at < sales.size() && !failures.any(); at = next.getAndIncrement()) {
                work.on(sales.get(at));
            }
        } catch (Exception e) {
            failures.note(e);
        }
    }
}
