// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.outbox.spi.Batch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaseTest {
    private static final Instant START = Instant.parse("2026-11-01T10:00:00Z");
    private static final Duration LAST = Lease.LENGTH.minus(Lease.MIN_LEFT_TO_SEND);

    private final Lease lease = new Lease(new Batch("lease", List.of()), 0, START);

    private static Time time(Duration monotonic, Duration wall) {
        return new Time() {
            @Override
            public long nanos() {
                return monotonic.toNanos();
            }

            @Override
            public Instant wall() {
                return START.plus(wall);
            }
        };
    }

    @Test
    void allowsNoRequestThatCouldEndAfterTheLease() {
        assertTrue(lease.allowsRequest(time(LAST, LAST)));
        assertFalse(lease.allowsRequest(time(LAST.plusMillis(1), LAST)));
    }

    @Test
    void countsTimeInWhichTheMachineWasSuspended() {
        assertFalse(lease.allowsRequest(time(Duration.ofSeconds(1), Duration.ofHours(1))));
    }

    @Test
    void isNotProlongedIfTheClockIsSetBack() {
        assertFalse(lease.allowsRequest(time(Duration.ofHours(1), Duration.ofHours(-1))));
    }

    /** The machine was suspended for six minutes, and its wall clock set back by ten. */
    @Test
    void isNotTrustedIfTheClocksDisagree() {
        assertFalse(lease.allowsRequest(time(Duration.ofSeconds(30), Duration.ofMinutes(-3))));
        assertTrue(lease.allowsRequest(time(Duration.ofSeconds(30), Duration.ofSeconds(31))));
        assertFalse(lease.allowsRequest(time(Duration.ofSeconds(30), Duration.ofSeconds(32))));
    }

    @Test
    void startsAgainWhenExtended() {
        lease.extended(LAST.toNanos(), START.plus(LAST));
        assertTrue(lease.allowsRequest(time(LAST.multipliedBy(2), LAST.multipliedBy(2))));
    }
}
