// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.DeliveryListener;
import dev.epik.capi.Mode;
import dev.epik.capi.config.DurationSetting;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How events are delivered. {@code EpikClient.Builder} documents each setting and its default. Immutable. A duration
 * outside of its setting's range ({@link DurationSetting}) is clamped.
 *
 * @param linger how long an event waits for others to be sent with; 0 to 1 h
 * @param late the treatment of web and app events that are sent more than an hour after they happened
 * @param maxAge older events become dead letters unsent; empty: no event is too old; 1 minute to 10 years
 * @param keepDelivered how long ids of delivered events are remembered; 2 days to 10 years
 * @param keepDead how long dead letters are kept; 1 day to 10 years
 * @param maxInFlight the limit of requests in flight, of which each ad account has at most one; 1 to 1,000
 * @param clock the wall clock of this machine
 */
public record DeliveryOptions(
        Mode mode,
        Duration linger,
        Late late,
        Optional<Duration> maxAge,
        Duration keepDelivered,
        Duration keepDead,
        int maxInFlight,
        DeliveryListener listener,
        DeliveryMonitor monitor,
        Clock clock) {
    private static final int DEFAULT_IN_FLIGHT = 64;
    private static final int MAX_IN_FLIGHT = 1000;

    /** The treatment of a web or app event that is more than an hour old, and so counts as offline. */
    public enum Late {
        /** It is sent. */
        SEND,
        /** It becomes a dead letter, so that an operator decides. */
        DEAD_LETTER
    }

    /** Moves each duration into its range. */
    public DeliveryOptions {
        linger = DurationSetting.LINGER.clamp(linger);
        maxAge = maxAge.map(DurationSetting.MAX_AGE::clamp);
        keepDelivered = DurationSetting.KEEP_DELIVERED.clamp(keepDelivered);
        keepDead = DurationSetting.KEEP_DEAD.clamp(keepDead);
        maxInFlight = Math.max(1, Math.min(maxInFlight, MAX_IN_FLIGHT));
    }

    /** Returns the defaults. */
    public static DeliveryOptions of(Mode mode, Clock clock) {
        return new DeliveryOptions(
                mode,
                Duration.ofSeconds(1),
                Late.SEND,
                Optional.empty(),
                Duration.ofDays(30),
                Duration.ofDays(30),
                DEFAULT_IN_FLIGHT,
                (event, outcome) -> {},
                DeliveryMonitor.NONE,
                clock);
    }

    /** Returns these options with another linger time. */
    public DeliveryOptions withLinger(Duration time) {
        return new DeliveryOptions(
                mode, time, late, maxAge, keepDelivered, keepDead, maxInFlight, listener, monitor, clock);
    }

    /** Returns these options with another listener. */
    public DeliveryOptions withListener(DeliveryListener theListener) {
        return new DeliveryOptions(
                mode, linger, late, maxAge, keepDelivered, keepDead, maxInFlight, theListener, monitor, clock);
    }

    /** Returns these options with another monitor. */
    public DeliveryOptions withMonitor(DeliveryMonitor theMonitor) {
        return new DeliveryOptions(
                mode, linger, late, maxAge, keepDelivered, keepDead, maxInFlight, listener, theMonitor, clock);
    }

    /** Returns these options with another treatment of late events. */
    public DeliveryOptions withLate(Late what) {
        return new DeliveryOptions(
                mode, linger, what, maxAge, keepDelivered, keepDead, maxInFlight, listener, monitor, clock);
    }

    /** Returns these options with a maximal age. */
    public DeliveryOptions withMaxAge(Duration age) {
        return new DeliveryOptions(
                mode,
                linger,
                late,
                Optional.of(Objects.requireNonNull(age, "maxAge")),
                keepDelivered,
                keepDead,
                maxInFlight,
                listener,
                monitor,
                clock);
    }

    /** Returns these options with another retention time of delivered ids. */
    public DeliveryOptions withKeepDelivered(Duration time) {
        return new DeliveryOptions(mode, linger, late, maxAge, time, keepDead, maxInFlight, listener, monitor, clock);
    }

    /** Returns these options with another retention time of dead letters. */
    public DeliveryOptions withKeepDeadLetters(Duration time) {
        return new DeliveryOptions(
                mode, linger, late, maxAge, keepDelivered, time, maxInFlight, listener, monitor, clock);
    }

    /** Returns these options with another bound of the requests in flight. */
    public DeliveryOptions withMaxInFlight(int requests) {
        return new DeliveryOptions(
                mode, linger, late, maxAge, keepDelivered, keepDead, requests, listener, monitor, clock);
    }
}
