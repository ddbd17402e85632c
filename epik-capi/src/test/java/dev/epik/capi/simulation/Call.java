// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

/** The calls of a delivery engine to its surroundings. */
public enum Call {
    DUE_ACCOUNTS,
    PEEK,
    CLAIM,
    EXTEND,
    SETTLE,
    PAUSE,
    RESUME,
    RELEASE,
    /** Forgetting, counting and listing. */
    HOUSEKEEPING,
    SEND,
    TOKEN,
    RENEW,
    LISTENER,
    LOOK_UP,
    /** No call of the engine: a transaction of a store that lives in the process. */
    TRANSACTION,
    /** No call: between two runs of the engine. */
    BETWEEN_RUNS;

    /** Returns whether the call goes to the store. */
    public boolean isOfStore() {
        return compareTo(HOUSEKEEPING) <= 0;
    }
}
