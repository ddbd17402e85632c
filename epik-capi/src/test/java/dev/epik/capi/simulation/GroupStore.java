// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.outbox.spi.Outbox;
import java.time.Clock;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A store from which each process delivers a part, and which gives the part to another process when that one ends. As
 * an outbox it is what the shop and the operators use. Not thread-safe.
 */
public interface GroupStore extends Outbox {
    /**
     * The part of the simulation that the store uses.
     *
     * @param mayFail whether single operations may fail
     * @param isDown whether the servers of the store do not answer
     * @param violated takes a broken invariant
     * @param coverage takes what happened
     * @param dead takes the JSON of an event that is a dead letter from now on
     */
    record Ports(
            Scheduler scheduler,
            SplittableRandom random,
            BooleanSupplier mayFail,
            BooleanSupplier isDown,
            Consumer<String> violated,
            Consumer<String> coverage,
            Consumer<String> dead,
            Consumer<String> trace) {}

    /** A process that delivers. */
    interface Member {
        String name();

        Clock wallClock();

        boolean isFrozen();

        boolean isDead();

        /** Runs the action when the process runs; never after its end. */
        void deliver(Runnable action);

        /** Reports that events of the ad account can be sent. */
        void wake(String adAccount);
    }

    /** Starts the store. */
    void start(Ports ports);

    /** Adds a process, and returns the outbox from which it delivers. */
    Outbox join(Member member);

    /** Removes a process that was closed: it has settled what it could. */
    void leave(Member member);

    /**
     * Checks at the end that no more was sent again than the failures explain.
     *
     * @param repeats how often a process settled an event as accepted that was settled as accepted before
     */
    void checkAtTheEnd(long repeats);

    /** Returns how late an event of an ad account without trouble may be if no process has a fault. */
    Duration maxDelay();
}
