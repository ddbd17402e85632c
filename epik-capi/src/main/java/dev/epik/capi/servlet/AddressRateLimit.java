// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.servlet;

import dev.epik.capi.address.IpAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Limits how often one address may do something, in memory of a fixed size: 8 bytes for each slot. A slot belongs to
 * all addresses with the same hash. An IPv6 address counts as its network of 64 bits, because one client has all of
 * that network. Addresses that are unknown share one allowance.
 *
 * <p>A slot holds the time at which its allowance is complete again (the generic cell rate algorithm). Thread-safe.
 */
final class AddressRateLimit {
    /** The number of slots with which two addresses rarely share one. */
    static final int SLOTS = 1 << 16;

    private static final int IPV6_BYTES = 16;
    private static final int NETWORK_BYTES = 8;
    private static final byte[] UNKNOWN = {};

    /** A number without a pattern in its bits, which spreads what it multiplies. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final AtomicLongArray completeAt;
    private final long interval;
    private final long salt;

    /**
     * @param slots a power of 2; with 1, all addresses share one allowance
     * @param perMinute how often an address may act in a minute, and at once; at least 1
     * @param salt an unpredictable number, so that no one can choose addresses that share a slot
     */
    AddressRateLimit(int slots, int perMinute, long salt) {
        this.completeAt = new AtomicLongArray(slots);
        this.interval = Duration.ofMinutes(1).toNanos() / perMinute;
        this.salt = salt;
    }

    /**
     * Returns whether the address may act now, and counts it if so.
     *
     * @param now nanoseconds since any fixed time; never negative and never less than before
     */
    boolean tryAcquire(@Nullable String address, long now) {
        int slot = slot(address);
        while (true) {
            long before = completeAt.get(slot);
            long after = Math.max(before, now) + interval;
            if (after - now > Duration.ofMinutes(1).toNanos()) {
                return false;
            }
            if (completeAt.compareAndSet(slot, before, after)) {
                return true;
            }
        }
    }

    private int slot(@Nullable String address) {
        String bare = IpAddress.bare(address); // without the zone of a link-local address
        byte[] known = bare == null ? null : IpAddress.bytes(bare);
        byte[] bytes = known == null ? UNKNOWN : known;
        int length = bytes.length == IPV6_BYTES ? NETWORK_BYTES : bytes.length;
        long hash = salt;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ bytes[i]) * SPREAD;
            hash ^= hash >>> 32;
        }
        return (int) (hash & (completeAt.length() - 1));
    }
}
