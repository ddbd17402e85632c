// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.outbox.spi.BooksTotal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The books of the model, guarded by it: the counters of each ad account and hour. */
final class ModelBooks {
    private static final long MILLIS = 3_600_000;
    private static final long KEEP_HOURS = 32 * 24;

    static final int STORED = 0;
    static final int ACCEPTED = 1;
    static final int REJECTED = 2;
    static final int CANCELLED = 3;

    private final Map<String, Map<Long, long[]>> books = new TreeMap<>();

    static long hour(long millis) {
        return millis / MILLIS;
    }

    void count(String adAccount, long hour, int counter, int events) {
        counters(adAccount, hour)[counter] += events;
    }

    private long[] counters(String adAccount, long hour) {
        return books.computeIfAbsent(adAccount, none -> new TreeMap<>()).computeIfAbsent(hour, none -> new long[4]);
    }

    void forget(long now) {
        long before = hour(now) - KEEP_HOURS;
        books.values()
                .forEach(hours ->
                        hours.entrySet().removeIf(each -> each.getKey() < before && open(each.getValue()) == 0));
    }

    private static long open(long[] counters) {
        return counters[STORED] - counters[ACCEPTED] - counters[REJECTED] - counters[CANCELLED];
    }

    /** @param rows the waiting rows, without those of open transactions */
    List<BooksDifference> verify(Collection<ModelRow> rows) {
        Map<String, Map<Long, Long>> waiting = waiting(rows);
        waiting.forEach((account, hours) -> hours.keySet().forEach(hour -> counters(account, hour)));
        List<BooksDifference> differences = new ArrayList<>();
        books.forEach((account, hours) -> hours.forEach((hour, counters) -> {
            long waitingEvents = waiting.getOrDefault(account, Map.of()).getOrDefault(hour, 0L);
            if (open(counters) != waitingEvents) {
                differences.add(new BooksDifference(
                        account,
                        Instant.EPOCH.plus(Duration.ofHours(hour)),
                        counters[STORED],
                        counters[ACCEPTED],
                        counters[REJECTED],
                        counters[CANCELLED],
                        waitingEvents));
            }
        }));
        return differences;
    }

    /** Returns the sums of all hours, by ad account. */
    List<BooksTotal> totals(Collection<ModelRow> rows) {
        Map<String, Map<Long, Long>> waiting = waiting(rows);
        List<BooksTotal> totals = new ArrayList<>();
        books.forEach((account, hours) -> {
            long[] sum = new long[4];
            hours.values().forEach(counters -> {
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += counters[i];
                }
            });
            long waitingEvents = waiting.getOrDefault(account, Map.of()).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            if (!hours.isEmpty()) {
                totals.add(new BooksTotal(
                        account, sum[STORED], sum[ACCEPTED], sum[REJECTED], sum[CANCELLED], waitingEvents));
            }
        });
        return totals;
    }

    private static Map<String, Map<Long, Long>> waiting(Collection<ModelRow> rows) {
        Map<String, Map<Long, Long>> waiting = new TreeMap<>();
        rows.stream()
                .filter(row -> row.committed && row.booked)
                .forEach(row -> waiting.computeIfAbsent(row.event.adAccount(), none -> new TreeMap<>())
                        .merge(row.bookHour, 1L, Long::sum));
        return waiting;
    }
}
