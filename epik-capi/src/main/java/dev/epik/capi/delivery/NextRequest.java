// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

/** The next request of an ad account. */
sealed interface NextRequest {
    /** Claims events and sends them. */
    record Claim(Sending.Kind kind, int maxEvents) implements NextRequest {}

    /** Sends events that are already claimed. */
    record Send(Sending sending) implements NextRequest {}

    /** Nothing is due now. */
    record Wait() implements NextRequest {}

    /** No other event can be a control: {@link PoisonEventIsolator#onNoControl} decides. */
    record NoControl() implements NextRequest {}
}
