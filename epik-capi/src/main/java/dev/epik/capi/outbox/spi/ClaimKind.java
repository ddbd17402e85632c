// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

/** Which of an ad account's waiting events a claim takes. One batch never mixes two kinds. */
public enum ClaimKind {
    /**
     * Web and app events: first those that still count as web, the oldest first, then the late ones, the oldest first.
     */
    ONLINE,
    /** Offline events, which Pinterest cannot deduplicate, in the order in which they became ready. */
    OFFLINE,
    /** Events that failed alone ({@link DeliveryHistory#isSuspect()}), the one that has been due for longest first. */
    SUSPECT
}
