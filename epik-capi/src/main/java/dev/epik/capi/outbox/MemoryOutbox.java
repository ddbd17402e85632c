// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.EpikException;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.books.BookCounts;
import dev.epik.capi.outbox.memory.AccountQueue;
import dev.epik.capi.outbox.memory.MemoryBooks;
import dev.epik.capi.outbox.memory.WaitingEvents;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.outbox.spi.BooksTotal;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.FoundEvent;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.outbox.table.ColumnText;
import dev.epik.capi.outbox.table.OutboxTable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An outbox on the heap, for tests and demonstrations. Thread-safe. The calling thread does the work.
 *
 * <p><b>Not durable:</b> events that are not sent when the process ends are lost. Bounded: a full outbox refuses
 * events, it drops none. It remembers as many delivered events, and keeps as many dead letters, as it has room for
 * waiting ones; the oldest are forgotten first.
 */
public final class MemoryOutbox implements Outbox {
    private final int capacity;
    private final Clock clock;
    private final WaitingEvents waiting;
    private final Map<StoredEvent.Key, Long> delivered;
    private final Map<StoredEvent.Key, Dead> dead;
    private final MemoryBooks books = new MemoryBooks();
    private long arrivals;

    private MemoryOutbox(int capacity, Clock clock) {
        this.capacity = capacity;
        this.clock = clock;
        this.waiting = new WaitingEvents(clock);
        this.delivered = boundedBy(capacity);
        this.dead = boundedBy(capacity);
    }

    /**
     * Returns an empty outbox.
     *
     * @param capacity how many events may wait; at least 1
     */
    public static MemoryOutbox ofCapacity(int capacity) {
        return ofCapacity(capacity, Clock.systemUTC());
    }

    /** Returns an empty outbox that takes its times from this clock. */
    public static MemoryOutbox ofCapacity(int capacity, Clock clock) {
        if (capacity < 1) {
            throw new EpikException("The capacity of a MemoryOutbox is " + capacity + "; give at least 1");
        }
        return new MemoryOutbox(capacity, clock);
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return CompletableFuture.completedFuture(put(event));
    }

    @Override
    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        return CompletableFuture.completedFuture(events.stream().map(this::put).toList());
    }

    private synchronized Added put(StoredEvent event) {
        StoredEvent.Key key = event.key();
        if (waiting.get(key) != null) {
            return Added.ALREADY_STORED;
        }
        if (dead.containsKey(key)) {
            return Added.ALREADY_DEAD;
        }
        if (delivered.containsKey(key)) {
            return Added.ALREADY_DELIVERED;
        }
        if (waiting.size() == capacity) {
            return Added.FULL;
        }
        waiting.add(new AccountQueue.Row(event, arrivals++, clock.millis()));
        return Added.STORED;
    }

    @Override
    public synchronized List<DueAccount> dueAccounts() {
        return waiting.dueAccounts();
    }

    @Override
    public synchronized Peek peek(String adAccount, int max) {
        return waiting.peek(adAccount, max);
    }

    @Override
    public synchronized Optional<Batch> claim(
            String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease) {
        Optional<Batch> batch = waiting.claim(adAccount, kind, maxEvents, maxBytes, lease);
        batch.ifPresent(claimed -> claimed.claimed().forEach(each -> countStored(WaitingEvents.row(each))));
        return batch;
    }

    private void countStored(AccountQueue.Row row) {
        if (!row.isBooked) {
            row.isBooked = true;
            books(row).stored++;
        }
    }

    private BookCounts books(AccountQueue.Row row) {
        return books.of(row.event.adAccount(), row.bookHour);
    }

    @Override
    public synchronized boolean extend(Batch batch, Duration lease) {
        return waiting.extend(batch, lease);
    }

    @Override
    public synchronized SettleResult settle(Batch batch, List<Settlement> settlements) {
        long now = clock.millis();
        int settled = 0;
        for (Settlement settlement : settlements) {
            AccountQueue.Row row = WaitingEvents.leased(batch, settlement.claimed());
            if (row != null) {
                settle(row, settlement, now);
                settled++;
            }
        }
        return new SettleResult(settled, List.of());
    }

    private void settle(AccountQueue.Row row, Settlement settlement, long now) {
        if (settlement.outcome() instanceof Outcome.Postponed) {
            waiting.postpone(row, settlement);
            return;
        }
        waiting.remove(row);
        StoredEvent.Key key = row.event.key();
        if (settlement.outcome() instanceof Outcome.Rejected rejected) {
            String reason = ColumnText.reason(rejected.reason());
            dead.put(key, new Dead(new DeadLetter(row.event, reason, Instant.ofEpochMilli(now)), row.bookHour));
            books(row).rejected++;
        } else {
            delivered.put(key, now);
            books(row).accepted++;
        }
    }

    @Override
    public synchronized void pause(String adAccount, Duration time, String reason) {
        waiting.pause(adAccount, time, reason);
    }

    @Override
    public synchronized void resume(String adAccount) {
        waiting.resume(adAccount);
    }

    @Override
    public synchronized int releaseSuspects(String adAccount, String suspectReason) {
        return waiting.releaseSuspects(adAccount, suspectReason);
    }

    /** Returns how many events of all ad accounts wait or are being sent. Unlike {@link #backlog}, it reads none. */
    public synchronized int waiting() {
        return waiting.size();
    }

    @Override
    public synchronized Backlog backlog(String adAccount) {
        return waiting.backlog(adAccount, (int) deadOf(adAccount).count());
    }

    @Override
    public synchronized List<DeadLetter> deadLetters(String adAccount, int max) {
        List<DeadLetter> all = new ArrayList<>(deadOf(adAccount).toList());
        Collections.reverse(all);
        return List.copyOf(all.subList(0, Math.min(max, all.size())));
    }

    @Override
    public synchronized Map<String, Integer> deadLettersOlderThan(Duration age) {
        return countByAccount(deadBefore(OutboxTable.before(clock.millis(), age)));
    }

    private List<DeadLetter> deadBefore(long time) {
        return dead.values().stream()
                .map(Dead::letter)
                .filter(letter -> letter.since().toEpochMilli() < time)
                .toList();
    }

    private static Map<String, Integer> countByAccount(List<DeadLetter> letters) {
        Map<String, Integer> counts = new TreeMap<>();
        letters.forEach(letter -> counts.merge(letter.event().adAccount(), 1, Integer::sum));
        return counts;
    }

    @Override
    public synchronized RedriveResult redrive(String adAccount, DeadLetter.Which which, DeadLetter.Scope scope) {
        long now = clock.millis();
        int events = 0;
        int tooOld = 0;
        for (DeadLetter letter : deadOf(adAccount).toList()) {
            StoredEvent event = letter.event();
            if (which instanceof DeadLetter.Which.OfId only && !only.eventId().equals(event.id())) {
                continue;
            }
            if (scope == DeadLetter.Scope.RECENT && !event.isDeduplicated(Instant.ofEpochMilli(now))) {
                tooOld++;
                continue;
            }
            events++;
            Dead removed = Objects.requireNonNull(dead.remove(event.key()));
            AccountQueue.Row row = AccountQueue.Row.redriven(event, arrivals++, now, removed.bookHour);
            books(row).rejected--;
            waiting.add(row);
        }
        return new RedriveResult(events, tooOld);
    }

    @Override
    public synchronized CancelResult cancel(StoredEvent.Key key) {
        AccountQueue.Row row = waiting.get(key);
        if (row == null) {
            return cancelDead(key);
        }
        if (row.isLeased(clock.millis() - CANCEL_GRACE.toMillis())) {
            return CancelResult.TOO_LATE;
        }
        waiting.remove(row);
        countStored(row);
        books(row).cancelled++;
        return CancelResult.CANCELLED;
    }

    private CancelResult cancelDead(StoredEvent.Key key) {
        Dead removed = dead.remove(key);
        if (removed == null) {
            return delivered.containsKey(key) ? CancelResult.TOO_LATE : CancelResult.UNKNOWN;
        }
        BookCounts counts = books.of(key.adAccount(), removed.bookHour);
        counts.rejected--;
        counts.cancelled++;
        return CancelResult.CANCELLED;
    }

    /** Copies the references and then searches without the lock, because a submit must not wait for a search. */
    @Override
    public List<FoundEvent> find(Predicate<StoredEvent> which) {
        List<StoredEvent> waitingNow;
        List<StoredEvent> deadNow;
        synchronized (this) {
            waitingNow = waiting.rows().stream().map(row -> row.event).toList();
            deadNow = dead.values().stream()
                    .map(letter -> letter.letter().event())
                    .toList();
        }
        return Stream.concat(found(waitingNow, which, false), found(deadNow, which, true))
                .toList();
    }

    private static Stream<FoundEvent> found(List<StoredEvent> events, Predicate<StoredEvent> which, boolean areDead) {
        return events.stream().filter(which).map(event -> new FoundEvent(event.key(), areDead));
    }

    @Override
    public synchronized boolean forgetDelivered(StoredEvent.Key key) {
        return delivered.remove(key) != null;
    }

    @Override
    public synchronized Map<String, Integer> forget(Duration deliveredOlderThan, Duration deadOlderThan) {
        long now = clock.millis();
        long deliveredBefore = OutboxTable.before(now, deliveredOlderThan);
        delivered.values().removeIf(settledAt -> settledAt < deliveredBefore);
        List<DeadLetter> old = deadBefore(OutboxTable.before(now, deadOlderThan));
        old.forEach(letter -> dead.remove(letter.event().key()));
        waiting.forgetEndedPauses();
        books.forget(now);
        return countByAccount(old);
    }

    @Override
    public synchronized List<BooksDifference> verify() {
        return books.verify(waiting.rows().stream());
    }

    /** Returns the sums of the books, by ad account. */
    synchronized List<BooksTotal> books() {
        return books.totals(waiting.rows().stream());
    }

    @Override
    public void close() {}

    private Stream<DeadLetter> deadOf(String adAccount) {
        return dead.values().stream()
                .map(Dead::letter)
                .filter(letter -> letter.event().adAccount().equals(adAccount));
    }

    private static <V> Map<StoredEvent.Key, V> boundedBy(int max) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<StoredEvent.Key, V> eldest) {
                return size() > max;
            }
        };
    }

    /** A dead letter, and the hour in whose books it is counted. */
    private record Dead(DeadLetter letter, long bookHour) {}
}
