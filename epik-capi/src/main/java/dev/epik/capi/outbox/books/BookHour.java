// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.books;

import dev.epik.capi.StoredEvent;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One hour of the books of an ad account.
 *
 * @param hour the hour in which the events were stored, in hours since the epoch
 */
public record BookHour(String adAccount, long hour) implements Comparable<BookHour> {
    /** The milliseconds of an hour. */
    public static final long MILLIS = 3_600_000;

    /** Returns the hour of a time in epoch milliseconds. Rounds as an integer division in SQL does. */
    public static long of(long time) {
        return time / MILLIS;
    }

    /** Returns the beginning of an hour. */
    public static Instant start(long hour) {
        return Instant.EPOCH.plus(Duration.ofHours(hour));
    }

    /** Orders hours as the primary key of the table does. */
    @Override
    public int compareTo(BookHour other) {
        int order = Long.compare(hour, other.hour);
        return order == 0 ? adAccount.compareTo(other.adAccount) : order;
    }

    /** Written by hand for the reason that {@link StoredEvent.Key} gives. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BookHour key && hour == key.hour && adAccount.equals(key.adAccount);
    }

    @Override
    public int hashCode() {
        return adAccount.hashCode() * 31 + Long.hashCode(hour);
    }
}
