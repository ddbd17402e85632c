// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Adds up the states of many ad accounts: a pure function. */
final class DeliveryTotals {
    /**
     * The number of distinct reasons that are listed. Thousands of ad accounts may pause, mostly for the same few
     * reasons.
     */
    private static final int MAX_REASONS = 10;

    private DeliveryTotals() {}

    /** Returns the sum, with each distinct reason for a pause once; empty if there are no ad accounts. */
    static Optional<DeliveryStats> of(Stream<DeliveryStats> accounts) {
        Set<String> reasons = new LinkedHashSet<>();
        return accounts.peek(each -> {
                    if (!each.pauseReason().isEmpty() && reasons.size() <= MAX_REASONS) {
                        reasons.add(each.pauseReason());
                    }
                })
                .map(each -> withReason(each, ""))
                .reduce(DeliveryStats::and)
                .map(sum -> withReason(
                        sum,
                        reasons.stream().limit(MAX_REASONS).collect(Collectors.joining(" "))
                                + (reasons.size() > MAX_REASONS ? " …" : "")));
    }

    /** Returns the state of a client that has no ad accounts. */
    static DeliveryStats none(String pauseReason) {
        return new DeliveryStats(
                0,
                0,
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                pauseReason,
                0,
                Optional.empty(),
                0,
                Optional.empty(),
                0);
    }

    private static DeliveryStats withReason(DeliveryStats stats, String reason) {
        return new DeliveryStats(
                stats.waiting(),
                stats.suspects(),
                stats.oldest(),
                stats.dead(),
                stats.accepted(),
                stats.pausedUntil(),
                reason,
                stats.replaced(),
                stats.overdue(),
                stats.spooled(),
                stats.oldestSpooled(),
                stats.booksDifference());
    }
}
