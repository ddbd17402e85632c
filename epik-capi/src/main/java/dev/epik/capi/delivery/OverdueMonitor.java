// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.outbox.spi.DueAccount;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds ad accounts whose events are due but are not tried by any node. The sign is that the first due event stays the
 * same. Does no I/O. Not thread-safe.
 */
final class OverdueMonitor {
    /** If delivery works, due events are tried within seconds. */
    static final Duration LIMIT = Duration.ofMinutes(5);

    private record Seen(Instant readyAt, long sinceNanos) {}

    private final Map<String, Seen> first = new HashMap<>();

    /**
     * Returns the ad accounts whose due events were not tried for longer than {@link #LIMIT}, with that time. An ad
     * account that is paused is not overdue.
     *
     * @param nanos the monotonic time at which the outbox was read
     * @param lastTriedNanos the monotonic time at which this node last sent a request for an ad account
     */
    Map<String, Duration> check(
            List<DueAccount> accounts, long nanos, Function<String, Optional<Long>> lastTriedNanos) {
        Map<String, Duration> overdue = new HashMap<>();
        for (DueAccount account : accounts) {
            if (account.readyAt().isEmpty()) {
                continue;
            }
            Instant readyAt = account.readyAt().get();
            Seen seen = first.get(account.adAccount());
            if (seen == null || !seen.readyAt.equals(readyAt) || account.pause().isPresent()) {
                seen = new Seen(readyAt, nanos);
                first.put(account.adAccount(), seen);
            }
            Duration due = Duration.between(readyAt, account.now());
            Duration untried = Duration.ofNanos(nanos
                    - Math.max(
                            seen.sinceNanos,
                            lastTriedNanos
                                    .apply(account.adAccount())
                                    .filter(tried -> tried - nanos < 0)
                                    .orElse(seen.sinceNanos)));
            Duration time = due.compareTo(untried) < 0 ? due : untried;
            if (account.pause().isEmpty() && time.compareTo(LIMIT) > 0) {
                overdue.put(account.adAccount(), time);
            }
        }
        Set<String> present = accounts.stream().map(DueAccount::adAccount).collect(Collectors.toSet());
        first.keySet().retainAll(present);
        return overdue;
    }
}
