// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.lists;

/** The steps of a run after which a process may die. Tests stop it there. */
public enum ListCrashPoint {
    KEY_CREATED,
    ROWS_SORTED,
    PLAN_STARTED,
    CREATION_NOTED,
    BEFORE_REQUEST,
    AFTER_REQUEST,
    LIST_ID_STORED,
    ALL_SENT,
    ROWS_REPLACED;

    /** Is called at each step. */
    @FunctionalInterface
    public interface Listener {
        void reached(ListCrashPoint point);
    }
}
