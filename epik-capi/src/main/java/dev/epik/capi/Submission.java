// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.event.Problem;
import java.util.List;

/**
 * What became of an event that was submitted. None of these is a reason to bother the shopper; what Pinterest makes of a
 * stored event is told later, to a {@link dev.epik.capi.delivery.DeliveryListener}.
 */
public sealed interface Submission {
    /**
     * It is in the outbox and will be sent.
     *
     * @param warnings what lowers the chance of a match
     */
    record Stored(String eventId, List<Problem> warnings) implements Submission {}

    /** The same name and id was stored before: this is the same sale, and it is sent once. */
    record AlreadyStored(String eventId) implements Submission {}

    /**
     * Pinterest would not take it. Nothing is stored.
     *
     * @param problems refusals first, then what was left out or is weak: it may be the cause
     */
    record Refused(List<Problem> problems) implements Submission {}

    /**
     * The visitor did not consent. Nothing is stored.
     *
     * @param reason where that was read
     */
    record NotSent(String reason) implements Submission {}

    /**
     * It could not be stored, and it is not known to Pinterest: submit it again later.
     *
     * @param cause what failed, and the cure
     */
    record NotStored(String cause) implements Submission {}
}
