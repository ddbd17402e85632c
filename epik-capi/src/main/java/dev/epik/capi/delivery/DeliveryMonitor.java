// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.pinterest.Reply;
import java.time.Duration;

/** Receives what delivery does, to count it. Its methods must not wait. Thread-safe. */
public interface DeliveryMonitor {
    /** A monitor that does nothing. */
    DeliveryMonitor NONE = new DeliveryMonitor() {};

    /** Receives an outcome that was written to the outbox. */
    default void settled(StoredEvent event, Outcome outcome) {}

    /** Receives the answer to a request, and the time since the request was sent. */
    default void answered(Reply reply, Duration time) {}

    /**
     * Receives whether delivery of an ad account pauses because its token or the ad account is refused, or because
     * there is no token, and waiting alone does not help.
     */
    default void accountRefused(String adAccount, boolean isRefused) {}

    /** Checks the state. The watchdog calls it every 30 s. */
    default void check() {}
}
