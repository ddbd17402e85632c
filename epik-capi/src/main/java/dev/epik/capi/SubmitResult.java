// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.event.Problem;
import java.util.List;

/**
 * The result of submitting an event. No result is a reason to stop the order. Pinterest's answer for a stored event
 * comes later, at the {@link DeliveryListener}. Immutable.
 */
public sealed interface SubmitResult {
    /**
     * Returns whether the event will be sent or was delivered: true for {@link Stored}, and for a {@link Duplicate}
     * that is not a dead letter.
     */
    default boolean isStored() {
        return false;
    }

    /**
     * The event is in the outbox and will be sent. If it was submitted in a transaction of the caller's, that holds
     * once the transaction is committed.
     *
     * @param eventId the id under which it is stored
     * @param warnings problems that lower the chance of a match; empty if there are none
     */
    record Stored(String eventId, List<Problem> warnings) implements SubmitResult {
        @Override
        public boolean isStored() {
            return true;
        }
    }

    /**
     * An event with the same name and id was stored before. It counts as the same sale and is sent once. If it is a
     * dead letter ({@link #isDead}), it is not sent until {@link AccountClient#redrive} makes it wait again.
     *
     * @param eventId the id of both events
     * @param state the state of the event that was stored before
     */
    record Duplicate(String eventId, State state) implements SubmitResult {
        /** The state of an event in the outbox at the time of the submit. */
        public enum State {
            /** The event waits, or is being sent. */
            WAITING,
            /** Pinterest has accepted the event. */
            DELIVERED,
            /** The event is a dead letter; {@link AccountClient#deadLetters} returns the reason. */
            DEAD
        }

        /** Creates the result for an event that waits. */
        public Duplicate(String eventId) {
            this(eventId, State.WAITING);
        }

        /** Returns whether the event is a dead letter, which is not sent. */
        public boolean isDead() {
            return state == State.DEAD;
        }

        /** Returns true unless the event is a dead letter. */
        @Override
        public boolean isStored() {
            return !isDead();
        }
    }

    /**
     * Pinterest would reject the event or count it wrongly. Nothing is stored.
     *
     * @param problems errors first, then warnings, which may explain an error
     */
    record Invalid(List<Problem> problems) implements SubmitResult {}

    /**
     * The visitor did not consent. Nothing is stored.
     *
     * @param reason the source of the consent, such as a cookie's name
     */
    record NoConsent(String reason) implements SubmitResult {}

    /**
     * Storing the event failed, or did not end in time. Submit it again later, with the same id: if it was stored all
     * the same, the result is a {@link Duplicate}.
     *
     * @param cause the cause, and the cure
     * @param isMaybeStored true if the event may be stored all the same, because the outbox did not answer in time;
     *     false if it is not stored
     */
    record Failed(String cause, boolean isMaybeStored) implements SubmitResult {
        /** Creates the result for an event that is not stored. */
        public Failed(String cause) {
            this(cause, false);
        }
    }

    /**
     * The number of events that were submitted to a client since it was opened, by result. Immutable.
     *
     * @param stored events that were stored
     * @param duplicates events that had been stored before, under the same name and id, dead letters included
     * @param dead duplicates that are dead letters, and are not sent until a redrive
     * @param invalid events that Pinterest would reject
     * @param noConsent events without consent
     * @param failed events that could not be stored; see the log
     */
    record Counts(long stored, long duplicates, long dead, long invalid, long noConsent, long failed) {}
}
