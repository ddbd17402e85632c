// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.event.Problem;
import java.util.List;

/**
 * The result of submitting an event. None of them is a reason to bother the shopper. What Pinterest makes of a stored
 * event is reported later, to a {@link dev.epik.capi.delivery.DeliveryListener}. Immutable.
 */
public sealed interface Submission {
    /**
     * The event is in the outbox and will be sent.
     *
     * @param warnings what lowers the chance of a match
     */
    record Stored(String eventId, List<Problem> warnings) implements Submission {}

    /**
     * An event with the same name and id was stored before: it is the same sale, and it is sent once. If
     * {@link #isDead}, it is not sent before {@link EpikClient#redrive} makes it wait again.
     *
     * @param state of the event that was stored before
     */
    record AlreadyStored(String eventId, State state) implements Submission {
        /** What became of an event, as the outbox knew it at the time of the submit. */
        public enum State {
            /** The event waits, or is being sent. */
            WAITING,
            /** Pinterest has accepted the event. */
            DELIVERED,
            /** The event is a dead letter; {@link EpikClient#deadLetters} returns the reason. */
            DEAD
        }

        /** Creates the result for an event that waits. */
        public AlreadyStored(String eventId) {
            this(eventId, State.WAITING);
        }

        /** Returns whether the event is a dead letter, which is not sent. */
        public boolean isDead() {
            return state == State.DEAD;
        }
    }

    /**
     * Pinterest would not accept the event. Nothing is stored.
     *
     * @param problems refusals first, then what was left out or is weak, which may be the cause
     */
    record Refused(List<Problem> problems) implements Submission {}

    /**
     * The visitor did not consent. Nothing is stored.
     *
     * @param reason where the consent was read
     */
    record NotSent(String reason) implements Submission {}

    /**
     * Storing the event failed, or did not end in time. Submit it again later, under the same id: if it was stored all
     * the same, the answer is {@link AlreadyStored}.
     *
     * @param cause what failed, and the cure
     * @param isMaybeStored true if the event may be stored all the same, because the outbox did not answer in time;
     *     false if it is not stored
     */
    record NotStored(String cause, boolean isMaybeStored) implements Submission {
        /** Creates the result for an event that is not stored. */
        public NotStored(String cause) {
            this(cause, false);
        }
    }
}
