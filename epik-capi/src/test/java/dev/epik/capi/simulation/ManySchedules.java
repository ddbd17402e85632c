// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Runs many schedules on all processors. */
final class ManySchedules {
    private static final int MAX_VIOLATIONS = 5;

    private final Simulation simulation;
    private final AtomicLong next;
    private final long end;
    private final List<String> violations = Collections.synchronizedList(new ArrayList<>());
    private final Set<Long> running = ConcurrentHashMap.newKeySet();

    /** @param from the first seed */
    ManySchedules(Simulation simulation, long from, long count) {
        this.simulation = simulation;
        this.next = new AtomicLong(from);
        this.end = from + count;
    }

    /** Returns the first violations, each with its seed; a schedule that does not end in time is one. */
    List<String> run(long maxMinutes) throws InterruptedException {
        int threads = Runtime.getRuntime().availableProcessors();
        CountDownLatch done = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            work();
                        } finally {
                            done.countDown();
                        }
                    },
                    "simulation-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        if (!done.await(maxMinutes, TimeUnit.MINUTES)) {
            running.forEach(seed -> violations.add("seed " + seed + ": does not end"));
            next.set(end);
        }
        return List.copyOf(violations);
    }

    private void work() {
        for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
            running.add(seed);
            try {
                Simulation.Result result = simulation.run(seed, null);
                if (result.violation().isPresent()) {
                    violations.add("seed " + seed + ": " + result.violation().get());
                }
            } catch (Throwable e) { // a defect of the simulation is a failure as well
                violations.add("seed " + seed + ": " + e + " at " + List.of(e.getStackTrace()));
            }
            running.remove(seed);
            if (violations.size() >= MAX_VIOLATIONS) {
                next.set(end);
            }
        }
    }
}
