// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Clocks on simulated time. They may be wrong, and may be set. Not thread-safe. */
public final class Clocks {
    /** The wall clock time at the start of a simulation. */
    public static final Instant START = Instant.parse("2026-11-02T10:00:00Z");

    private Clocks() {}

    /** The two clocks of one machine. */
    public static final class Machine {
        private final Scheduler scheduler;
        private final long origin;
        private final double drift;
        private long wallOffset;
        private long suspended;
        private long backwardJumps;

        /**
         * @param origin of the monotonic clock, in nanoseconds
         * @param drift nanoseconds that the wall clock gains in each
         */
        public Machine(Scheduler scheduler, long origin, double drift) {
            this.scheduler = scheduler;
            this.origin = origin;
            this.drift = drift;
        }

        public long nanos() {
            return origin + scheduler.now() - suspended;
        }

        public Instant wall() {
            long now = scheduler.now();
            return START.plusNanos(now + wallOffset + (long) (now * drift));
        }

        /** Moves the wall clock. */
        public void jump(long nanos) {
            wallOffset += nanos;
            backwardJumps += nanos < 0 ? 1 : 0;
        }

        /** Stops the monotonic clock for this time, as the suspension of a virtual machine does. */
        public void suspended(long nanos) {
            suspended += nanos;
        }

        /** Returns how often the wall clock was set back. */
        public long backwardJumps() {
            return backwardJumps;
        }
    }

    /** The clock of a store: a separate one, or that of the machine that has its file. */
    public static final class Store extends Clock {
        private final Scheduler scheduler;
        private @Nullable Machine machine;
        private long offset;

        public Store(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        /** Makes this the wall clock of the machine. */
        public void follow(Machine theMachine) {
            this.machine = theMachine;
        }

        public void jump(long nanos) {
            if (machine != null) {
                machine.jump(nanos);
            } else {
                offset += nanos;
            }
        }

        @Override
        public Instant instant() {
            return machine != null ? machine.wall() : START.plusNanos(scheduler.now() + offset);
        }

        @Override
        public long millis() {
            return machine != null
                    ? machine.wall().toEpochMilli()
                    : START.toEpochMilli() + Math.floorDiv(scheduler.now() + offset, 1_000_000L);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
