// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

/** The entry points of a delivery engine. */
public interface EngineUnderTest {
    /** Does everything that is due, and returns the nanoseconds until the next call is due. */
    long run();

    /** Reports newly stored events. */
    void wake(String adAccountId, int events);

    /** Ends a pause of this node, and reads the outbox for the ad account at once. */
    void tryNow(String adAccountId);

    /** Sends ready events without lingering. */
    void drain();

    /** Returns whether, while draining, nothing is ready and nothing is in flight. */
    boolean isDrained();

    /** Creates an engine. */
    @FunctionalInterface
    interface Factory {
        EngineUnderTest create(EnginePorts ports);
    }

    /** Gives back claimed events. This is the last call. */
    void close();
}
