// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Limits the requests in flight and the events held in memory, for all ad accounts together. Ad accounts whose last
 * answer was slow share a quarter of the requests, so that they do not delay the others. Not thread-safe.
 */
final class RequestSlots {
    /** The limit of events of failed batches, which are held until a control is answered. */
    private static final long MAX_HELD_BYTES = 64L << 20;

    private static final int SHARE_OF_SLOW = 4;

    private final int max;
    private final int maxSlow;
    private final Set<AccountDelivery> inFlight = new LinkedHashSet<>();
    private final Set<AccountDelivery> slow = new LinkedHashSet<>();
    private final Set<AccountDelivery> waiting = new LinkedHashSet<>();
    private long heldBytes;

    RequestSlots(int max) {
        this.max = max;
        this.maxSlow = Math.max(1, max / SHARE_OF_SLOW);
    }

    /** Returns false if too many requests are in flight. Then {@link #release} returns the ad account later. */
    boolean acquire(AccountDelivery account) {
        if (inFlight.size() >= max || (account.isSlow() && slow.size() >= maxSlow)) {
            waiting.add(account);
            return false;
        }
        waiting.remove(account);
        inFlight.add(account);
        if (account.isSlow()) {
            slow.add(account);
        }
        return true;
    }

    /** Ends the request of the ad account, if it has one. Returns a waiting ad account that may send now. */
    Optional<AccountDelivery> release(AccountDelivery account) {
        slow.remove(account);
        if (!inFlight.remove(account)) {
            return Optional.empty();
        }
        Optional<AccountDelivery> next = waiting.stream()
                .filter(each -> !each.isSlow() || slow.size() < maxSlow)
                .findFirst();
        next.ifPresent(waiting::remove);
        return next;
    }

    boolean isWaiting(AccountDelivery account) {
        return waiting.contains(account);
    }

    boolean isAnyWaiting() {
        return !waiting.isEmpty();
    }

    /** Returns whether this many bytes may be held in addition. */
    boolean mayHold(long bytes) {
        return heldBytes + bytes < MAX_HELD_BYTES;
    }

    /**
     * Reports the bytes that an ad account holds.
     *
     * @param now the bytes now
     * @param before the bytes at its last report
     */
    void reportHeld(long now, long before) {
        heldBytes += now - before;
    }
}
