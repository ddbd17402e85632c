// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

/** Ends a simulated process: every call that it still makes throws this. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    public SimulatedCrash() {
        super("the simulated process has ended", null, false, false);
    }
}
