// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.pinterest.Mode;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * How events are delivered; {@code EpikClient.Builder} says what each does and its default.
 *
 * @param maxAge older events become dead letters unsent; empty: none is too old
 * @param clock of this machine, for what is told to people; waiting goes by the outbox's own
 */
public record DeliveryOptions(
        Mode mode,
        Duration linger,
        Late late,
        Optional<Duration> maxAge,
        Duration keepDelivered,
        Duration keepDead,
        DeliveryListener listener,
        Clock clock) {
    /** What happens to a web or app event that is sent over an hour after it happened, and so counts as offline. */
    public enum Late {
        SEND,
        /** It becomes a dead letter, for people to decide. */
        PARK
    }

    /** The defaults but for what a shop must choose. */
    public static DeliveryOptions of(Mode mode, Clock clock) {
        return new DeliveryOptions(
                mode,
                Duration.ofSeconds(1),
                Late.SEND,
                Optional.empty(),
                Duration.ofDays(30),
                Duration.ofDays(30),
                (event, outcome) -> {},
                clock);
    }

    public DeliveryOptions withLinger(Duration time) {
        return new DeliveryOptions(mode, time, late, maxAge, keepDelivered, keepDead, listener, clock);
    }

    public DeliveryOptions withListener(DeliveryListener theListener) {
        return new DeliveryOptions(mode, linger, late, maxAge, keepDelivered, keepDead, theListener, clock);
    }

    public DeliveryOptions withLate(Late what) {
        return new DeliveryOptions(mode, linger, what, maxAge, keepDelivered, keepDead, listener, clock);
    }

    public DeliveryOptions withMaxAge(Duration age) {
        return new DeliveryOptions(mode, linger, late, Optional.of(age), keepDelivered, keepDead, listener, clock);
    }

    public DeliveryOptions withRetention(Duration delivered, Duration dead) {
        return new DeliveryOptions(mode, linger, late, maxAge, delivered, dead, listener, clock);
    }
}
