// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

/** What Pinterest made of one event. A request has no outcome of its own: a 200 may hold rejected events. */
public sealed interface Outcome {
    /**
     * It is there.
     *
     * @param warning what Pinterest says would match better; empty where it says nothing
     */
    record Accepted(String warning) implements Outcome {}

    /**
     * It will never be taken as it is: sending it again is of no use.
     *
     * @param reason Pinterest's words
     */
    record Rejected(String reason) implements Outcome {}

    /**
     * Not taken yet, and not the event's fault: it is sent again.
     *
     * @param reason what is in the way, and the cure where there is one
     */
    record Postponed(String reason) implements Outcome {}
}
