// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

/** The effect of an event on each request that has it. */
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

    /** Returns whether such an event may become a dead letter. */
    boolean maybeRejected() {
        return this == S400 || this == S413 || this == S422 || this == NAMED;
    }
}
