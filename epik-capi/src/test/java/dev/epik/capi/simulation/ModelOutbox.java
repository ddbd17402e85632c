// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.outbox.spi.BooksTotal;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.FoundEvent;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a database that several machines share: it has transactions of the shop that stay open, row locks and a
 * clock of its own. It keeps the contract of {@link Outbox}. Thread-safe, so that the contract can be tested.
 */
public final class ModelOutbox implements Outbox {

    private final Clock clock;
    private final Map<StoredEvent.Key, ModelRow> rows = new HashMap<>();
    private final Map<String, ModelAccount> accounts = new TreeMap<>();
    private final Map<StoredEvent.Key, Long> delivered = new LinkedHashMap<>();
    private final Map<StoredEvent.Key, DeadLetter> dead = new LinkedHashMap<>();
    private final Map<StoredEvent.Key, Long> bookHoursOfDead = new HashMap<>();
    private final ModelBooks books = new ModelBooks();
    private long numbers;

    public ModelOutbox(Clock clock) {
        this.clock = clock;
    }

    /** The place of an event. */
    public enum Place {
        NOWHERE,
        UNCOMMITTED,
        WAITING,
        DELIVERED,
        DEAD
    }

    /** Returns where an event is. */
    public synchronized Place place(StoredEvent.Key key) {
        ModelRow row = rows.get(key);
        if (row != null) {
            return row.committed ? Place.WAITING : Place.UNCOMMITTED;
        }
        if (dead.containsKey(key)) {
            return Place.DEAD;
        }
        return delivered.containsKey(key) ? Place.DELIVERED : Place.NOWHERE;
    }

    private ModelAccount account(String id) {
        return accounts.computeIfAbsent(id, unused -> new ModelAccount());
    }

    private ModelAccount account(String id, long now) {
        ModelAccount account = account(id);
        account.advance(now);
        return account;
    }

    // --- transactions of the shop

    /** Begins a transaction. It must be ended. */
    public ShopTransaction begin() {
        return new ShopTransaction();
    }

    /**
     * Stores an event in the shop's transaction: no other transaction sees it until the commit. If it is stored
     * already, its row stays locked until the transaction ends, as a unique key does it.
     *
     * @throws OutboxException if another open transaction has the row: the lock wait ended
     */
    public synchronized Added add(ShopTransaction transaction, StoredEvent event) {
        ModelRow known = rows.get(event.key());
        if (known != null && known.holder != null && known.holder != transaction) {
            throw lockWaitEnded();
        }
        if (known != null) {
            if (known.holder == null) {
                known.holder = transaction;
                transaction.locked.add(known);
            }
            return Added.ALREADY_STORED;
        }
        if (dead.containsKey(event.key())) {
            return Added.ALREADY_DEAD;
        }
        if (delivered.containsKey(event.key())) {
            return Added.ALREADY_DELIVERED;
        }
        ModelRow row = new ModelRow(event, numbers++, clock.millis(), false);
        row.holder = transaction;
        row.committed = false;
        transaction.inserted.add(row);
        rows.put(event.key(), row);
        return Added.STORED;
    }

    /** Ends the transaction. */
    public synchronized void end(ShopTransaction transaction, boolean commit) {
        transaction.locked.forEach(row -> row.holder = null);
        long now = clock.millis();
        for (ModelRow row : transaction.inserted) {
            row.holder = null;
            row.committed = true;
            if (commit) {
                account(row.event.adAccount(), now).add(row, now);
            } else {
                rows.remove(row.event.key());
            }
        }
    }

    private static OutboxException lockWaitEnded() {
        return new OutboxException("The database failed: another transaction has the row; submit again");
    }

    // --- storing

    @Override
    public synchronized CompletableFuture<Added> add(StoredEvent event) {
        return addAll(List.of(event)).thenApply(added -> added.get(0));
    }

    @Override
    public synchronized CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
        ShopTransaction transaction = begin();
        try {
            List<Added> added = new ArrayList<>(events.size());
            for (StoredEvent event : events) {
                added.add(add(transaction, event));
            }
            end(transaction, true);
            return CompletableFuture.completedFuture(List.copyOf(added));
        } catch (OutboxException e) {
            end(transaction, false);
            return CompletableFuture.failedFuture(e);
        }
    }

    // --- claiming

    @Override
    public synchronized List<DueAccount> dueAccounts() {
        long now = clock.millis();
        List<DueAccount> due = new ArrayList<>();
        accounts.forEach((id, account) -> {
            Optional<Instant> ready = firstReady(account.ordinary);
            Optional<Instant> suspect = firstReady(account.suspects);
            if (ready.isPresent() || suspect.isPresent()) {
                due.add(new DueAccount(id, ready, suspect, Instant.ofEpochMilli(now), pause(account, now)));
            }
        });
        return due;
    }

    private static Optional<Instant> firstReady(Collection<ModelRow> inOrder) {
        return inOrder.stream().findFirst().map(row -> Instant.ofEpochMilli(row.readyAt));
    }

    private static Optional<Peek.Pause> pause(ModelAccount account, long now) {
        return account.pausedUntil > now
                ? Optional.of(new Peek.Pause(Duration.ofMillis(account.pausedUntil - now), account.pauseReason))
                : Optional.empty();
    }

    @Override
    public synchronized Peek peek(String adAccount, int max) {
        long now = clock.millis();
        ModelAccount account = account(adAccount, now);
        int ready = account.countReady();
        return new Peek(
                Math.min(ready, max),
                ready == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(now - account.ordinary.first().storedAt)),
                account.firstLater().map(time -> Duration.ofMillis(time - now)),
                account.suspects.stream().findFirst().map(row -> Duration.ofMillis(Math.max(0, row.readyAt - now))),
                pause(account, now));
    }

    @Override
    public synchronized Optional<Batch> claim(
            String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease) {
        long now = clock.millis();
        ModelAccount account = account(adAccount, now);
        List<ModelRow> taken = account.claimable(kind, now, maxEvents, maxBytes);
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        String token = "lease-" + numbers++;
        List<Batch.Claimed> claimed = new ArrayList<>(taken.size());
        for (ModelRow row : taken) {
            move(account, row, now + lease.toMillis(), now);
            countStored(row);
            row.lease = token;
            row.leaseUntil = row.readyAt;
            claimed.add(new Batch.Claimed(row.event, row.redriven, row.history, row.event.key()));
        }
        return Optional.of(new Batch(token, List.copyOf(claimed)));
    }

    private void countStored(ModelRow row) {
        if (!row.booked) {
            row.booked = true;
            count(row, ModelBooks.STORED);
        }
    }

    private void count(ModelRow row, int counter) {
        books.count(row.event.adAccount(), row.bookHour, counter, 1);
    }

    private static void move(ModelAccount account, ModelRow row, long readyAt, long now) {
        account.remove(row);
        row.readyAt = readyAt;
        account.add(row, now);
    }

    private @Nullable ModelRow leased(Batch batch, Batch.Claimed claimed) {
        ModelRow row = rows.get((StoredEvent.Key) claimed.storeKey());
        return row != null && row.isLeasedBy(batch.lease()) ? row : null;
    }

    @Override
    public synchronized boolean extend(Batch batch, Duration lease) {
        List<ModelRow> leasedRows = new ArrayList<>();
        for (Batch.Claimed claimed : batch.claimed()) {
            ModelRow row = leased(batch, claimed);
            if (row == null) {
                return false;
            }
            if (row.holder != null) {
                throw lockWaitEnded();
            }
            leasedRows.add(row);
        }
        long now = clock.millis();
        for (ModelRow row : leasedRows) {
            move(account(row.event.adAccount(), now), row, now + lease.toMillis(), now);
            row.leaseUntil = row.readyAt;
        }
        return true;
    }

    @Override
    public synchronized SettleResult settle(Batch batch, List<Settlement> settlements) {
        long now = clock.millis();
        int settled = 0;
        List<Settlement> locked = new ArrayList<>();
        for (Settlement settlement : settlements) {
            ModelRow row = leased(batch, settlement.claimed());
            if (row == null) {
                continue;
            }
            if (row.holder != null) {
                locked.add(settlement);
                continue;
            }
            settled++;
            settle(row, settlement, now);
        }
        return new SettleResult(settled, List.copyOf(locked));
    }

    private void settle(ModelRow row, Settlement settlement, long now) {
        ModelAccount account = account(row.event.adAccount(), now);
        StoredEvent.Key key = row.event.key();
        account.remove(row);
        row.lease = null;
        row.leaseUntil = 0;
        if (settlement.outcome() instanceof Outcome.Postponed) {
            row.readyAt = now + settlement.retryDelay().toMillis();
            row.history(settlement.history());
            account.add(row, now);
            return;
        }
        rows.remove(key);
        if (settlement.outcome() instanceof Outcome.Rejected rejected) {
            dead.put(key, new DeadLetter(row.event, ModelRow.reason(rejected.reason()), Instant.ofEpochMilli(now)));
            bookHoursOfDead.put(key, row.bookHour);
            count(row, ModelBooks.REJECTED);
        } else {
            delivered.put(key, now);
            count(row, ModelBooks.ACCEPTED);
        }
    }

    // --- pauses and suspects

    @Override
    public synchronized void pause(String adAccount, Duration time, String reason) {
        ModelAccount account = account(adAccount);
        Duration cut = time.compareTo(MAX_PAUSE) < 0 ? time : MAX_PAUSE;
        long until = clock.millis() + cut.toMillis();
        if (until > account.pausedUntil || account.pausedUntil <= clock.millis()) {
            account.pausedUntil = until;
            account.pauseReason = ModelRow.reason(reason);
        }
    }

    @Override
    public synchronized void resume(String adAccount) {
        account(adAccount).pausedUntil = 0;
    }

    @Override
    public synchronized int releaseSuspects(String adAccount, String suspectReason) {
        long now = clock.millis();
        ModelAccount account = account(adAccount, now);
        String reason = ModelRow.suspectReason(suspectReason);
        List<ModelRow> released = account.suspects.stream()
                .filter(row -> row.lease == null || row.leaseUntil <= now)
                .filter(row -> row.holder == null)
                .filter(row -> reason.isEmpty() || row.history.suspectReason().equals(reason))
                .toList();
        released.stream().filter(row -> row.readyAt > now).forEach(row -> move(account, row, now, now));
        return released.size();
    }

    // --- for people

    @Override
    public synchronized Backlog backlog(String adAccount) {
        long now = clock.millis();
        ModelAccount account = account(adAccount);
        Optional<Duration> oldest = Stream.concat(account.ordinary.stream(), account.suspects.stream())
                .map(row -> row.storedAt)
                .min(Long::compare)
                .map(storedAt -> Duration.ofMillis(now - storedAt));
        int suspects = account.suspects.size();
        return new Backlog(
                account.ordinary.size() + suspects, suspects, deadOf(adAccount).size(), oldest);
    }

    private List<DeadLetter> deadOf(String adAccount) {
        return dead.values().stream()
                .filter(letter -> letter.event().adAccount().equals(adAccount))
                .toList();
    }

    @Override
    public synchronized List<DeadLetter> deadLetters(String adAccount, int max) {
        List<DeadLetter> all = new ArrayList<>(deadOf(adAccount));
        Collections.reverse(all);
        return List.copyOf(all.subList(0, Math.min(max, all.size())));
    }

    @Override
    public synchronized Map<String, Integer> deadLettersOlderThan(Duration age) {
        return countByAccount(olderThan(age));
    }

    private List<DeadLetter> olderThan(Duration age) {
        Instant limit = clock.instant().minus(age);
        return dead.values().stream()
                .filter(letter -> letter.since().isBefore(limit))
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
        for (DeadLetter letter : deadOf(adAccount)) {
            StoredEvent event = letter.event();
            if (which instanceof DeadLetter.Which.OfId only && !only.eventId().equals(event.id())) {
                continue;
            }
            if (scope == DeadLetter.Scope.RECENT && !event.isDeduplicated(Instant.ofEpochMilli(now))) {
                tooOld++;
                continue;
            }
            events++;
            dead.remove(event.key());
            ModelRow row = new ModelRow(event, numbers++, now, true);
            row.bookHour = bookHourOfDead(event.key());
            row.booked = true;
            books.count(adAccount, row.bookHour, ModelBooks.REJECTED, -1);
            rows.put(event.key(), row);
            account(adAccount, now).add(row, now);
        }
        return new RedriveResult(events, tooOld);
    }

    @Override
    public synchronized CancelResult cancel(StoredEvent.Key key) {
        ModelRow row = rows.get(key);
        if (row == null) {
            if (dead.remove(key) != null) {
                long hour = bookHourOfDead(key);
                books.count(key.adAccount(), hour, ModelBooks.REJECTED, -1);
                books.count(key.adAccount(), hour, ModelBooks.CANCELLED, 1);
                return CancelResult.CANCELLED;
            }
            return delivered.containsKey(key) ? CancelResult.TOO_LATE : CancelResult.UNKNOWN;
        }
        if (row.holder != null) {
            throw lockWaitEnded();
        }
        if (row.lease != null && clock.millis() <= row.leaseUntil + CANCEL_GRACE.toMillis()) {
            return CancelResult.TOO_LATE;
        }
        account(key.adAccount()).remove(row);
        rows.remove(key);
        countStored(row);
        count(row, ModelBooks.CANCELLED);
        return CancelResult.CANCELLED;
    }

    @Override
    public synchronized List<FoundEvent> find(Predicate<StoredEvent> which) {
        return Stream.concat(
                        rows.values().stream()
                                .filter(row -> row.committed && which.test(row.event))
                                .map(row -> new FoundEvent(row.event.key(), false)),
                        dead.values().stream()
                                .filter(letter -> which.test(letter.event()))
                                .map(letter -> new FoundEvent(letter.event().key(), true)))
                .toList();
    }

    @Override
    public synchronized boolean forgetDelivered(StoredEvent.Key key) {
        return delivered.remove(key) != null;
    }

    private long bookHourOfDead(StoredEvent.Key key) {
        Long hour = bookHoursOfDead.remove(key);
        return hour == null ? 0 : hour;
    }

    @Override
    public synchronized List<BooksDifference> verify() {
        return books.verify(rows.values());
    }

    /** Returns the sums of the books, by ad account. */
    public synchronized List<BooksTotal> books() {
        return books.totals(rows.values());
    }

    @Override
    public synchronized Map<String, Integer> forget(Duration deliveredOlderThan, Duration deadOlderThan) {
        long limit = clock.millis() - deliveredOlderThan.toMillis();
        delivered.values().removeIf(time -> time < limit);
        List<DeadLetter> old = olderThan(deadOlderThan);
        old.forEach(letter -> {
            dead.remove(letter.event().key());
            bookHoursOfDead.remove(letter.event().key());
        });
        books.forget(clock.millis());
        return countByAccount(old);
    }

    @Override
    public void close() {}
}
