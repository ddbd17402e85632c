// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

/** What an event does to each request that it is in. */
public enum Poison {
    NONE,
    S400,
    S403,
    S404,
    S413,
    S422,
    S429,
    S500,
    S503,
    /** The answer never comes. */
    NO_ANSWER,
    /** The answer has one result too few. */
    SHORT,
    /** The answer names the event as failed, and takes the others. */
    NAMED,
    /** The answer cannot be read. */
    UNREADABLE;

    /** Returns whether a rule lets such an event become a dead letter for what it does. */
    boolean maybeRejected() {
        return this == S400 || this == S413 || this == S422 || this == NAMED;
    }
}
