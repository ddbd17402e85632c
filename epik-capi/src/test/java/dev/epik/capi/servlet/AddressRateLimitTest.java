// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AddressRateLimitTest {
    private static final long SALT = 0x5DEECE66DL;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final AddressRateLimit limit = new AddressRateLimit(AddressRateLimit.SLOTS, 60, SALT);

    private int acquired(@Nullable String address, long now) {
        int acquired = 0;
        while (acquired < 1000 && limit.tryAcquire(address, now)) {
            acquired++;
        }
        return acquired;
    }

    @Test
    void grantsTheAllowanceOfAMinuteAtOnceAndThenOneForEachSecond() {
        assertEquals(60, acquired("203.0.113.7", 0));
        assertEquals(0, acquired("203.0.113.7", SECOND - 1));
        assertEquals(1, acquired("203.0.113.7", SECOND));
        assertEquals(30, acquired("203.0.113.7", 31 * SECOND));
        assertEquals(60, acquired("203.0.113.7", 600 * SECOND), "unused allowances do not add up");
    }

    @Test
    void addressesDoNotShareAnAllowance() {
        assertEquals(60, acquired("203.0.113.7", 0));
        assertTrue(limit.tryAcquire("203.0.113.8", 0));
        assertTrue(limit.tryAcquire("2001:db8::1", 0));
    }

    @Test
    void addressesOfOneIpv6NetworkShareAnAllowance() {
        assertEquals(60, acquired("2001:db8:0:1::1", 0));
        assertFalse(limit.tryAcquire("2001:db8:0:1:ffff::9", 0));
        assertTrue(limit.tryAcquire("2001:db8:0:2::1", 0));
    }

    @Test
    void unknownAddressesShareAnAllowance() {
        assertEquals(60, acquired(null, 0));
        assertFalse(limit.tryAcquire("unknown", 0));
    }

    @Test
    void anAddressWithAZoneOrInBracketsIsKnown() {
        assertEquals(60, acquired("unknown", 0));
        assertTrue(limit.tryAcquire("fe80:0:0:0:0:0:0:1%eth0", 0));
        assertEquals(60, acquired("[2001:db8:0:1::1]", 0));
        assertFalse(limit.tryAcquire("2001:db8:0:1::1", 0));
    }

    @Test
    void spreadsAddressesOverTheSlots() {
        AddressRateLimit one = new AddressRateLimit(AddressRateLimit.SLOTS, 1, SALT);
        int free = 0;
        for (int i = 0; i < 1000; i++) {
            free += one.tryAcquire("10.0." + i / 250 + "." + i % 250, 0) ? 1 : 0;
        }
        assertTrue(free > 980, "only " + free + " of 1,000 addresses have a slot of their own");
    }

    @Test
    void oneSlotIsALimitForAllTogether() {
        AddressRateLimit all = new AddressRateLimit(1, 2, SALT);
        assertTrue(all.tryAcquire("203.0.113.7", 0));
        assertTrue(all.tryAcquire("203.0.113.8", 0));
        assertFalse(all.tryAcquire("203.0.113.9", 0));
    }
}
