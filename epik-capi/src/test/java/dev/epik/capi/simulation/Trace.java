// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import java.io.PrintStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Everything that a simulation did: a running hash of it, and the lines themselves on demand. Not thread-safe. */
public final class Trace {
    private static final long PRIME = 0x100000001b3L;

    private final Scheduler scheduler;
    private final @Nullable PrintStream out;
    private long hash = 0xcbf29ce484222325L;
    private long lines;

    /** @param out gets each line; null: only the hash is kept */
    public Trace(Scheduler scheduler, @Nullable PrintStream out) {
        this.scheduler = scheduler;
        this.out = out;
    }

    /**
     * Adds one action.
     *
     * @param who did it
     * @param a a number that distinguishes this action from others
     * @param b another such number
     * @param details for people, computed only if lines are printed
     */
    public void add(String who, String what, long a, long b, Supplier<String> details) {
        lines++;
        mix(scheduler.now());
        mix(who.hashCode());
        mix(what.hashCode());
        mix(a);
        mix(b);
        if (out != null) {
            out.printf("%12.3f s  %-5s %-13s %s%n", scheduler.now() / 1e9, who, what, details.get());
        }
    }

    private void mix(long value) {
        hash = (hash ^ value) * PRIME;
        hash ^= hash >>> 32;
    }

    public long hash() {
        return hash;
    }

    public long lines() {
        return lines;
    }
}
