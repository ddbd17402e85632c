// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;

/**
 * The ad accounts in the order of their next step, by the monotonic clock. It has each ad account at most once: a later
 * call of {@link #schedule} replaces an earlier one. Not thread-safe.
 */
final class DueQueue {
    private record Due(AccountDelivery account, long nanos, long ticket) {
        boolean isCurrent() {
            return account.scheduled && account.dueTicket == ticket;
        }
    }

    private final PriorityQueue<Due> queue = new PriorityQueue<>((a, b) -> {
        int order = Long.compare(a.nanos - b.nanos, 0); // the clock may overflow
        return order == 0 ? Long.compare(a.ticket, b.ticket) : order;
    });
    private long tickets;

    void schedule(AccountDelivery account, long now, Duration delay) {
        account.dueNanos = now + delay.toNanos();
        account.dueTicket = ++tickets;
        account.scheduled = true;
        queue.add(new Due(account, account.dueNanos, account.dueTicket));
    }

    /** Removes and returns an ad account whose step is due; empty if no step is due. */
    Optional<AccountDelivery> poll(long now) {
        removeReplaced();
        if (queue.isEmpty() || queue.peek().nanos - now > 0) {
            return Optional.empty();
        }
        AccountDelivery account = queue.remove().account;
        account.scheduled = false;
        return Optional.of(account);
    }

    /** Returns when the next step is due. */
    OptionalLong nextNanos() {
        removeReplaced();
        return queue.isEmpty() ? OptionalLong.empty() : OptionalLong.of(queue.peek().nanos);
    }

    private void removeReplaced() {
        while (!queue.isEmpty() && !queue.peek().isCurrent()) {
            queue.remove();
        }
    }
}
