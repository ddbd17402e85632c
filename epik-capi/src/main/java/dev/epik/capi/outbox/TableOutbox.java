// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.books.BookHour;
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
import dev.epik.capi.outbox.table.AccountScan;
import dev.epik.capi.outbox.table.EventSearch;
import dev.epik.capi.outbox.table.OutboxTable;
import dev.epik.capi.outbox.table.PeekQueries;
import dev.epik.capi.outbox.table.RowState;
import dev.epik.capi.outbox.table.TransactionKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** An outbox on an {@link OutboxTable}: which work is which kind of transaction. The subclass runs the transactions. */
abstract sealed class TableOutbox implements Outbox permits JdbcOutbox, SqliteOutbox {
    private static final int MAX_FORGOTTEN_AT_ONCE = 2000;
    private static final int MAX_REDRIVEN_AT_ONCE = 2000;

    /** How long the books are kept at least. */
    private static final Duration KEEP_BOOKS = Duration.ofDays(30);

    /** Ad accounts whose rows one transaction forgets or counts. */
    private static final int MAX_ACCOUNTS_AT_ONCE = 100;

    final OutboxTable table;

    TableOutbox(OutboxTable table) {
        this.table = table;
    }

    /** Runs the work in a transaction of its own, and returns when that is committed. */
    abstract <T> T transaction(TransactionKind kind, OutboxTable.Work<T> work);

    /**
     * Returns the time that {@link #forget} compares with: at most {@code now}. A store whose clock is not this
     * process's returns the earlier of the two, so that one clock that is ahead removes nothing.
     */
    long timeToForget(long now) {
        return now;
    }

    @Override
    public CompletableFuture<Added> add(StoredEvent event) {
        return addAll(List.of(event)).thenApply(added -> added.get(0));
    }

    @Override
    public final List<DueAccount> dueAccounts() {
        Map<String, Long> ready = earliest(RowState.WAITING);
        Map<String, Long> suspect = earliest(RowState.SUSPECT);
        TreeSet<String> ids = new TreeSet<>(ready.keySet());
        ids.addAll(suspect.keySet());
        return transaction(TransactionKind.OTHER, (sql, now) -> {
            Map<String, Peek.Pause> pauses = PeekQueries.pauses(sql, now);
            return ids.stream()
                    .map(id -> new DueAccount(
                            id,
                            Optional.ofNullable(ready.get(id)).map(Instant::ofEpochMilli),
                            Optional.ofNullable(suspect.get(id)).map(Instant::ofEpochMilli),
                            Instant.ofEpochMilli(now),
                            Optional.ofNullable(pauses.get(id))))
                    .toList();
        });
    }

    /**
     * Returns the lowest time of the rows in a state, by ad account. Each page is a transaction, so that no other waits
     * long.
     */
    private Map<String, Long> earliest(RowState state) {
        Map<String, Long> earliest = new TreeMap<>();
        List<AccountScan.Account> page;
        String last = "";
        do {
            String after = last;
            page = transaction(TransactionKind.OTHER, (sql, now) -> table.accounts(sql, state, after, now));
            for (AccountScan.Account account : page) {
                account.earliest().ifPresent(time -> earliest.put(account.id(), time));
                last = account.id();
            }
        } while (page.size() == AccountScan.PAGE);
        return earliest;
    }

    @Override
    public final Peek peek(String adAccount, int max) {
        return transaction(TransactionKind.OTHER, (sql, now) -> table.peek(sql, adAccount, max, now));
    }

    /** Returns how many rows one transaction claims or settles at most. */
    int maxRowsAtOnce() {
        return Integer.MAX_VALUE;
    }

    @Override
    public final Optional<Batch> claim(String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease) {
        Optional<Batch> all = Optional.empty();
        int claimed = 0;
        int asked;
        int more;
        do {
            Optional<Batch> begun = all;
            int max = Math.min(maxRowsAtOnce(), maxEvents - claimed);
            Optional<Batch> next;
            try {
                next = transaction(
                        TransactionKind.CLAIM,
                        (sql, now) -> table.claim(sql, adAccount, kind, max, maxBytes, lease, begun, now));
            } catch (OutboxException e) {
                if (begun.isEmpty()) {
                    throw e;
                }
                return begun; // they are the caller's; the next call meets the failure again
            }
            asked = max;
            more = next.map(batch -> batch.claimed().size()).orElse(0);
            claimed += more;
            all = begun.isEmpty()
                    ? next
                    : begun.map(batch -> next.map(batch::with).orElse(batch));
        } while (more == asked && claimed < maxEvents);
        return all;
    }

    @Override
    public final boolean extend(Batch batch, Duration lease) {
        for (List<Batch.Claimed> part : parts(batch.claimed())) {
            Batch some = new Batch(batch.lease(), part);
            if (!transaction(TransactionKind.OTHER, (sql, now) -> table.extend(sql, some, lease, now))) {
                return false;
            }
        }
        return true;
    }

    /**
     * If a part fails after others are settled, its settlements are answered as those of locked rows: they are settled
     * later.
     */
    @Override
    public final SettleResult settle(Batch batch, List<Settlement> settlements) {
        int settled = 0;
        List<Settlement> locked = new ArrayList<>();
        int from = 0;
        for (List<Settlement> part : parts(settlements)) {
            try {
                SettleResult result =
                        transaction(TransactionKind.SETTLE, (sql, now) -> table.settle(sql, batch, part, now));
                settled += result.settled();
                locked.addAll(result.locked());
            } catch (OutboxException e) {
                if (from == 0) {
                    throw e;
                }
                locked.addAll(settlements.subList(from, settlements.size()));
                break;
            }
            from += part.size();
        }
        return new SettleResult(settled, List.copyOf(locked));
    }

    private <T> List<List<T>> parts(List<T> all) {
        int max = maxRowsAtOnce();
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += Math.min(max, all.size() - from)) {
            parts.add(all.subList(from, from + Math.min(max, all.size() - from)));
        }
        return parts;
    }

    @Override
    public final void pause(String adAccount, Duration time, String reason) {
        transaction(TransactionKind.OTHER, (sql, now) -> {
            table.pause(sql, adAccount, time, reason, now);
            return true;
        });
    }

    @Override
    public final void resume(String adAccount) {
        transaction(TransactionKind.OTHER, (sql, now) -> {
            table.resume(sql, adAccount);
            return true;
        });
    }

    @Override
    public final int releaseSuspects(String adAccount, String suspectReason) {
        return transaction(
                TransactionKind.OTHER, (sql, now) -> table.releaseSuspects(sql, adAccount, suspectReason, now));
    }

    @Override
    public final Backlog backlog(String adAccount) {
        return transaction(TransactionKind.OTHER, (sql, now) -> table.backlog(sql, adAccount, now));
    }

    @Override
    public final List<DeadLetter> deadLetters(String adAccount, int max) {
        return transaction(TransactionKind.OTHER, (sql, now) -> table.deadLetters.newest(sql, adAccount, max));
    }

    @Override
    public final Map<String, Integer> deadLettersOlderThan(Duration age) {
        Map<String, Integer> all = new TreeMap<>();
        for (List<String> accounts : accountsSettledBefore(RowState.DEAD, age)) {
            all.putAll(transaction(TransactionKind.OTHER, (sql, now) -> {
                Map<String, Integer> counts = new TreeMap<>();
                for (String account : accounts) {
                    counts.put(account, table.deadLetters.countBefore(sql, account, OutboxTable.before(now, age)));
                }
                return counts;
            }));
        }
        all.values().removeIf(count -> count == 0);
        return all;
    }

    @Override
    public final RedriveResult redrive(String adAccount, DeadLetter.Which which, DeadLetter.Scope scope) {
        RedriveResult all = transaction(
                TransactionKind.OTHER, (sql, now) -> table.deadLetters.redrivable(sql, adAccount, which, scope, now));
        int events = 0;
        int step = all.events();
        while (step > 0 && events < all.events()) { // those that are rejected again meanwhile are left
            step = transaction(
                    TransactionKind.OTHER,
                    (sql, now) -> table.deadLetters.redrive(sql, adAccount, which, scope, MAX_REDRIVEN_AT_ONCE, now));
            events += step;
        }
        return new RedriveResult(events, all.expired());
    }

    @Override
    public final CancelResult cancel(StoredEvent.Key key) {
        return transaction(TransactionKind.OTHER, (sql, now) -> table.cancel(sql, key, now));
    }

    /** Searches the suspects, which are few, twice: during the search of the others they can be released or added. */
    @Override
    public final List<FoundEvent> find(Predicate<StoredEvent> which) {
        Map<StoredEvent.Key, FoundEvent> all = new LinkedHashMap<>();
        for (RowState state : List.of(RowState.SUSPECT, RowState.WAITING, RowState.SUSPECT, RowState.DEAD)) {
            for (String account : earliest(state).keySet()) {
                find(account, state, which).forEach(found -> all.put(found.key(), found));
            }
        }
        return List.copyOf(all.values());
    }

    /** Searches page by page. If more rows have the same time than fit on a page, the next page is larger. */
    private List<FoundEvent> find(String account, RowState state, Predicate<StoredEvent> which) {
        List<FoundEvent> all = new ArrayList<>();
        long from = Long.MIN_VALUE;
        int max = EventSearch.PAGE;
        boolean isLast = false;
        while (!isLast) {
            long since = from;
            int rows = max;
            EventSearch.Page page = transaction(
                    TransactionKind.OTHER, (sql, now) -> table.search.read(sql, account, state, since, rows, which));
            all.addAll(page.found());
            isLast = page.rows() < rows;
            max = page.lastTime() == from ? 2 * max : EventSearch.PAGE;
            from = page.lastTime();
        }
        return all;
    }

    @Override
    public final boolean forgetDelivered(StoredEvent.Key key) {
        return transaction(TransactionKind.OTHER, (sql, now) -> table.forgetDelivered(sql, key));
    }

    @Override
    public final Map<String, Integer> forget(Duration deliveredOlderThan, Duration deadOlderThan) {
        forget(RowState.DELIVERED, deliveredOlderThan);
        Map<String, Integer> dead = forget(RowState.DEAD, deadOlderThan);
        transaction(TransactionKind.OTHER, (sql, now) -> {
            table.forgetPauses(sql, now);
            return true;
        });
        forgetBooks(Stream.of(KEEP_BOOKS, deliveredOlderThan, deadOlderThan)
                .max(Comparator.naturalOrder())
                .orElse(KEEP_BOOKS));
        return dead;
    }

    private void forgetBooks(Duration age) {
        Optional<BookHour> last = Optional.of(new BookHour("", Long.MIN_VALUE));
        while (last.isPresent()) {
            BookHour after = last.get();
            last = transaction(
                    TransactionKind.OTHER,
                    (sql, now) ->
                            table.books.forget(sql, BookHour.of(OutboxTable.before(timeToForget(now), age)), after));
        }
    }

    @Override
    public final List<BooksDifference> verify() {
        return transaction(TransactionKind.OTHER, (sql, now) -> table.books.verify(sql));
    }

    /** Returns the sums of the books, by ad account. */
    final List<BooksTotal> books() {
        return transaction(TransactionKind.OTHER, (sql, now) -> table.books.totals(sql));
    }

    /** Forgets in steps, so that storing does not wait for all of it. */
    private Map<String, Integer> forget(RowState state, Duration age) {
        Map<String, Integer> all = new TreeMap<>();
        for (List<String> accounts : accountsSettledBefore(state, age)) {
            int some;
            do {
                Map<String, Integer> step = transaction(TransactionKind.OTHER, (sql, now) -> {
                    Map<String, Integer> counts = new TreeMap<>();
                    int left = MAX_FORGOTTEN_AT_ONCE;
                    for (String account : accounts) {
                        long before = OutboxTable.before(timeToForget(now), age);
                        int forgotten = left == 0 ? 0 : table.forget(sql, account, state, before, left);
                        left -= forgotten;
                        counts.put(account, forgotten);
                    }
                    return counts;
                });
                step.forEach((account, count) -> all.merge(account, count, Integer::sum));
                some = step.values().stream().mapToInt(Integer::intValue).sum();
            } while (some == MAX_FORGOTTEN_AT_ONCE);
        }
        all.values().removeIf(count -> count == 0);
        return all;
    }

    /**
     * Returns the ad accounts whose oldest row in this state was settled longer ago, in groups for one transaction
     * each.
     */
    private List<List<String>> accountsSettledBefore(RowState state, Duration age) {
        Map<String, Long> earliest = earliest(state);
        long before = transaction(TransactionKind.OTHER, (sql, now) -> OutboxTable.before(now, age));
        List<String> old = earliest.entrySet().stream()
                .filter(account -> account.getValue() < before)
                .map(Map.Entry::getKey)
                .toList();
        List<List<String>> groups = new ArrayList<>();
        for (int from = 0; from < old.size(); from += MAX_ACCOUNTS_AT_ONCE) {
            groups.add(old.subList(from, Math.min(from + MAX_ACCOUNTS_AT_ONCE, old.size())));
        }
        return groups;
    }
}
