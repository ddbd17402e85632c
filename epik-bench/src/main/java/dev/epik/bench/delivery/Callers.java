// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Sale;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of a shop that has several checkouts at a time. */
final class Callers {
    static final int THREADS = 8;

    private Callers() {}

    /** What one of them does with a sale. */
    @FunctionalInterface
    interface Work {
        void on(Sale sale) throws Exception;
    }

    /** Each takes the next sale that nobody has; ends when all are done, or the first has failed. */
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
        } catch (Exception failed) {
            failures.note(failed);
        }
    }
}
