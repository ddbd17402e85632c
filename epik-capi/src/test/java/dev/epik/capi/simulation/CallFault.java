// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

/** A fault of a {@link Call}. */
public enum CallFault {
    /** The process ends. */
    CRASH_BEFORE,
    CRASH_AFTER,
    /** The call throws; the second one after it had its effect. */
    THROW_BEFORE,
    THROW_AFTER,
    /** The call takes long: a lock, a slow disk, a dead connection. */
    SLOW_BEFORE,
    SLOW_AFTER,
    /** The process stops for up to 10 minutes and continues. */
    FREEZE_BEFORE,
    FREEZE_AFTER,
    /** The thread is left interrupted. */
    INTERRUPT;

    boolean isBefore() {
        return this == CRASH_BEFORE || this == THROW_BEFORE || this == SLOW_BEFORE || this == FREEZE_BEFORE;
    }
}
