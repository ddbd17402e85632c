// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

/**
 * The points of a transaction at which a crash matters: after the writes and before the commit, and after the commit
 * and before the caller gets the result. If one statement stores and commits, the first point is before that statement.
 * Exists for tests that end the process at such a point; in production there is no listener.
 */
public enum CrashPoint {
    STORING,
    STORED,
    CLAIMING,
    CLAIMED,
    SETTLING,
    SETTLED,
    CHANGING,
    CHANGED;

    /** Is called on the thread that runs the transaction. */
    @FunctionalInterface
    public interface Listener {
        Listener NONE = point -> {};

        void reached(CrashPoint point);
    }
}
