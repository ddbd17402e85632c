// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.memory;

import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.books.BookCounts;
import dev.epik.capi.outbox.books.BookHour;
import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.outbox.spi.BooksTotal;
import dev.epik.capi.outbox.spi.Outbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The books of a {@link MemoryOutbox}, which guards them. Not thread-safe.
 *
 * <p>Bounded: hours that balance without waiting events are dropped when they are 32 days old, or when there are too
 * many hours. An hour that was dropped begins again with zeros, and balances. The other hours have waiting events,
 * whose number the outbox bounds.
 */
public final class MemoryBooks {
    private static final long KEEP_HOURS = 32 * 24;
    private static final int MAX_HOURS = 10_000;

    private final Map<BookHour, BookCounts> hours = new TreeMap<>();

    /** Returns the counters of one ad account and hour. */
    public BookCounts of(String adAccount, long hour) {
        if (hours.size() >= MAX_HOURS) {
            hours.values().removeIf(counts -> counts.open() == 0);
        }
        return hours.computeIfAbsent(new BookHour(adAccount, hour), none -> new BookCounts());
    }

    /** Drops old hours. */
    public void forget(long now) {
        long before = BookHour.of(now) - KEEP_HOURS;
        hours.entrySet()
                .removeIf(
                        each -> each.getKey().hour() < before && each.getValue().open() == 0);
    }

    /** Returns the hours that do not balance; see {@link Outbox#verify}. */
    public List<BooksDifference> verify(Stream<AccountQueue.Row> waiting) {
        Map<BookHour, Long> waitingOf = new TreeMap<>();
        waiting.filter(row -> row.isBooked)
                .forEach(row -> waitingOf.merge(new BookHour(row.event.adAccount(), row.bookHour), 1L, Long::sum));
        List<BooksDifference> differences = new ArrayList<>();
        for (Map.Entry<BookHour, BookCounts> each : hours.entrySet()) {
            Long waitingEvents = waitingOf.remove(each.getKey());
            BooksDifference hour = hour(each.getKey(), each.getValue(), waitingEvents == null ? 0 : waitingEvents);
            if (hour.difference() != 0) {
                differences.add(hour);
            }
        }
        waitingOf.forEach((hour, waitingEvents) -> differences.add(hour(hour, new BookCounts(), waitingEvents)));
        return List.copyOf(differences);
    }

    private static BooksDifference hour(BookHour key, BookCounts counts, long waiting) {
        return new BooksDifference(
                key.adAccount(),
                BookHour.start(key.hour()),
                counts.stored,
                counts.accepted,
                counts.rejected,
                counts.cancelled,
                waiting);
    }

    /** Returns the sums of all hours, by ad account. */
    public List<BooksTotal> totals(Stream<AccountQueue.Row> waiting) {
        Map<String, BooksTotal> totals = new TreeMap<>();
        hours.forEach((key, counts) -> totals.merge(
                key.adAccount(),
                new BooksTotal(key.adAccount(), counts.stored, counts.accepted, counts.rejected, counts.cancelled, 0),
                MemoryBooks::sum));
        waiting.filter(row -> row.isBooked)
                .map(row -> row.event.adAccount())
                .forEach(account -> totals.merge(account, new BooksTotal(account, 0, 0, 0, 0, 1), MemoryBooks::sum));
        return List.copyOf(totals.values());
    }

    private static BooksTotal sum(BooksTotal one, BooksTotal other) {
        return new BooksTotal(
                one.adAccount(),
                one.stored() + other.stored(),
                one.accepted() + other.accepted(),
                one.rejected() + other.rejected(),
                one.cancelled() + other.cancelled(),
                one.waiting() + other.waiting());
    }
}
