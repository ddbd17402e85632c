// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

/** The entry points of a delivery engine. */
public interface EngineUnderTest {
    /** Does all that is due and returns the nanoseconds until it has something to do again. */
    long run();

    /** Reports that this number of events was stored. */
    void wake(String adAccountId, int events);

    /** Looks at the ad account at once, whatever it waits for. */
    void tryNow(String adAccountId);

    /** Sends what is ready without waiting for the linger time. */
    void drain();

    /** Returns whether, while draining, nothing is ready and nothing is in flight. */
    boolean isDrained();

    /** Makes an engine. */
    @FunctionalInterface
    interface Factory {
        EngineUnderTest create(EnginePorts ports);
    }

    /** Gives back what is claimed. Nothing is called afterwards. */
    void close();
}
