// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

/**
 * Pinterest's answer for one event. A request as a whole has no outcome: an answer with status 200 may reject some of
 * its events. Immutable.
 */
public sealed interface Outcome {
    /**
     * Pinterest has accepted the event.
     *
     * @param warning Pinterest's advice on how the event would match better; empty if there is none
     */
    record Accepted(String warning) implements Outcome {}

    /**
     * Pinterest will never accept the event as it is. Sending it again does not help.
     *
     * @param reason Pinterest's words, redacted
     */
    record Rejected(String reason) implements Outcome {}

    /**
     * Pinterest has not accepted the event yet, and the event is not the cause. It is sent again.
     *
     * @param reason the cause, and the cure if there is one
     */
    record Postponed(String reason) implements Outcome {}
}
