// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import java.time.Instant;

/**
 * The results of earlier requests with a waiting event. It is stored in the event's row, so that a restart and the
 * other nodes know it. Immutable.
 *
 * @param attempts requests that ended without an outcome for the event
 * @param failuresAlone requests that failed while the event was the only one in them
 * @param failedAloneSince when the first of those was; {@link Instant#EPOCH} if there was none
 * @param blames lone failures that count towards a rejection
 * @param lastBlame when the last of those was; {@link Instant#EPOCH} if there was none
 * @param maybeCounted requests after which Pinterest may have counted the event without confirming it
 * @param suspectReason why the event failed alone, as a short key that is equal for equal causes; empty: the event is
 *     no suspect
 */
public record DeliveryHistory(
        int attempts,
        int failuresAlone,
        Instant failedAloneSince,
        int blames,
        Instant lastBlame,
        int maybeCounted,
        String suspectReason) {
    /** The history of an event that was never sent. */
    public static final DeliveryHistory NONE = new DeliveryHistory(0, 0, Instant.EPOCH, 0, Instant.EPOCH, 0, "");

    /** The longest {@link #suspectReason()} that a store keeps, in characters. */
    public static final int MAX_REASON_LENGTH = 64;

    /** Returns whether the event failed alone: it is then claimed by {@link ClaimKind#SUSPECT} only. */
    public boolean isSuspect() {
        return !suspectReason.isEmpty();
    }

    /** Returns this history with one more request that ended without an outcome. */
    public DeliveryHistory withAttempt(boolean mayHaveCounted) {
        return new DeliveryHistory(
                attempts + 1,
                failuresAlone,
                failedAloneSince,
                blames,
                lastBlame,
                maybeCounted + (mayHaveCounted ? 1 : 0),
                suspectReason);
    }

    /** Returns this history with one more request that failed while the event was alone in it. */
    public DeliveryHistory withFailureAlone(String reason, Instant now) {
        return new DeliveryHistory(
                attempts,
                failuresAlone + 1,
                failuresAlone == 0 ? now : failedAloneSince,
                blames,
                lastBlame,
                maybeCounted,
                reason.length() <= MAX_REASON_LENGTH ? reason : reason.substring(0, MAX_REASON_LENGTH));
    }

    /** Returns this history with one more lone failure that counts towards a rejection. */
    public DeliveryHistory withBlame(Instant now) {
        return new DeliveryHistory(
                attempts, failuresAlone, failedAloneSince, blames + 1, now, maybeCounted, suspectReason);
    }
}
