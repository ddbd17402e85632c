// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.memory;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.outbox.table.ColumnText;
import dev.epik.capi.outbox.table.OutboxTable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The waiting events of all ad accounts on the heap, with their leases and the pauses of the ad accounts. The outbox
 * that has it, such as {@link MemoryOutbox}, guards it, and decides about settled events. Not thread-safe.
 */
public final class WaitingEvents {
    private static final AccountQueue NO_EVENTS = new AccountQueue();

    /** Smaller steps back, in ms, delay an event by no more than that. */
    private static final long MAX_STEP_BACK = 1_000;

    private final Clock clock;
    private final Map<StoredEvent.Key, AccountQueue.Row> rows = new HashMap<>();

    /** The queues of the ad accounts that have waiting events. */
    private final Map<String, AccountQueue> queues = new TreeMap<>();

    private final Map<String, Pause> pauses = new HashMap<>();
    private long lastNow = Long.MIN_VALUE / 2;

    /** @param clock the source of all times */
    public WaitingEvents(Clock clock) {
        this.clock = clock;
    }

    /** Returns the time. If the clock was set back since the last call, the times of the rows are corrected. */
    private long now() {
        long now = clock.millis();
        if (lastNow - now > MAX_STEP_BACK) {
            long change = now - lastNow;
            queues.values().forEach(queue -> queue.shift(change));
        }
        lastNow = now;
        return now;
    }

    /** Returns how many events wait or are being sent. */
    public int size() {
        return rows.size();
    }

    /** Returns the row of an event; null if it does not wait. */
    public AccountQueue.@Nullable Row get(StoredEvent.Key key) {
        return rows.get(key);
    }

    /** Returns whether events of an ad account wait. */
    public boolean hasEvents(String adAccount) {
        return queues.containsKey(adAccount);
    }

    /** Returns all rows. The collection changes with the events. */
    public Collection<AccountQueue.Row> rows() {
        return Collections.unmodifiableCollection(rows.values());
    }

    /** Adds a row of an event that does not wait yet. */
    public void add(AccountQueue.Row row) {
        rows.put(row.event.key(), row);
        queues.computeIfAbsent(row.event.adAccount(), account -> new AccountQueue())
                .add(row);
    }

    /** Removes a row, and ends its lease. */
    public void remove(AccountQueue.Row row) {
        AccountQueue queue = queue(row.event.adAccount());
        queue.remove(row);
        rows.remove(row.event.key());
        if (queue.isEmpty()) {
            queues.remove(row.event.adAccount());
        }
    }

    private AccountQueue queue(String adAccount) {
        return queues.getOrDefault(adAccount, NO_EVENTS);
    }

    /** Lists the ad accounts with waiting events, as {@link Outbox#dueAccounts} does. */
    public List<DueAccount> dueAccounts() {
        long now = now();
        List<DueAccount> due = new ArrayList<>();
        queues.forEach((account, queue) -> due.add(new DueAccount(
                account,
                earliest(queue.firstReady(ClaimKind.ONLINE), queue.firstReady(ClaimKind.OFFLINE))
                        .map(Instant::ofEpochMilli),
                queue.firstReady(ClaimKind.SUSPECT).map(Instant::ofEpochMilli),
                Instant.ofEpochMilli(now),
                pause(account, now))));
        return List.copyOf(due);
    }

    /** Returns what could be claimed, as {@link Outbox#peek} does. */
    public Peek peek(String adAccount, int max) {
        long now = now();
        AccountQueue queue = queue(adAccount);
        List<AccountQueue.Row> ready = Stream.of(ClaimKind.ONLINE, ClaimKind.OFFLINE)
                .flatMap(kind -> queue.readyAt(kind, now).stream().limit(max))
                .toList();
        Optional<Long> next = ready.size() >= max
                ? Optional.empty()
                : earliest(queue.nextReadyAfter(ClaimKind.ONLINE, now), queue.nextReadyAfter(ClaimKind.OFFLINE, now));
        return new Peek(
                Math.min(ready.size(), max),
                ready.stream()
                        .min(Comparator.comparingLong(row -> row.readyAt))
                        .map(first -> Duration.ofMillis(Math.max(0, now - first.storedAt))),
                next.map(time -> Duration.ofMillis(time - now)),
                queue.firstReady(ClaimKind.SUSPECT).map(time -> Duration.ofMillis(Math.max(0, time - now))),
                pause(adAccount, now));
    }

    private static Optional<Long> earliest(Optional<Long> one, Optional<Long> other) {
        return Stream.concat(one.stream(), other.stream()).min(Comparator.naturalOrder());
    }

    /** Claims events, as {@link Outbox#claim} does. */
    public Optional<Batch> claim(String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease) {
        long now = now();
        return queue(adAccount).claim(kind, now, maxEvents, maxBytes, OutboxTable.after(now, lease));
    }

    /** Extends a lease, as {@link Outbox#extend} does. */
    public boolean extend(Batch batch, Duration lease) {
        long until = OutboxTable.after(now(), lease);
        boolean all = true;
        for (Batch.Claimed claimed : batch.claimed()) {
            AccountQueue.Row row = leased(batch, claimed);
            if (row == null) {
                all = false;
            } else {
                queue(row.event.adAccount()).move(row, until);
            }
        }
        return all;
    }

    /** Returns the row of a claimed event; null if it is not the batch's any more. */
    public static AccountQueue.@Nullable Row leased(Batch batch, Batch.Claimed claimed) {
        AccountQueue.Row row = row(claimed);
        return batch.lease().equals(row.lease) ? row : null;
    }

    /** Returns the row of a claimed event, even if it was claimed again since. */
    public static AccountQueue.Row row(Batch.Claimed claimed) {
        if (claimed.storeKey() instanceof AccountQueue.Row row) {
            return row;
        }
        throw new IllegalArgumentException("The batch is of another outbox: settle it where it was claimed");
    }

    /** Ends the lease of a row whose event was postponed, and makes it wait as the settlement requests. */
    public void postpone(AccountQueue.Row row, Settlement settlement) {
        long readyAt = OutboxTable.after(now(), settlement.retryDelay());
        queue(row.event.adAccount()).postpone(row, readyAt, ColumnText.history(settlement.history()));
    }

    /** Stops sending for an ad account, as {@link Outbox#pause} does. */
    public void pause(String adAccount, Duration time, String reason) {
        long now = now();
        long until = OutboxTable.after(now, OutboxTable.pauseOf(time));
        Pause old = pauses.get(adAccount);
        if (old == null || old.until <= until || !old.isPaused(now)) {
            pauses.put(adAccount, new Pause(until, ColumnText.reason(reason)));
        }
    }

    /** Ends a pause, as {@link Outbox#resume} does. */
    public void resume(String adAccount) {
        pauses.remove(adAccount);
    }

    /** Removes the pauses that have ended. */
    public void forgetEndedPauses() {
        long now = now();
        pauses.values().removeIf(pause -> !pause.isPaused(now));
    }

    /** Returns the pause of an ad account; empty if it has ended. */
    public Optional<Peek.Pause> pause(String adAccount, long now) {
        return Optional.ofNullable(pauses.get(adAccount))
                .filter(pause -> pause.isPaused(now))
                .map(pause -> new Peek.Pause(Duration.ofMillis(pause.until - now), pause.reason));
    }

    /** Makes suspects due, as {@link Outbox#releaseSuspects} does. */
    public int releaseSuspects(String adAccount, String suspectReason) {
        long now = now();
        AccountQueue queue = queue(adAccount);
        String reason = ColumnText.suspectReason(suspectReason);
        List<AccountQueue.Row> suspects = queue.rows()
                .filter(row -> row.kind() == ClaimKind.SUSPECT)
                .filter(row -> reason.isEmpty() || row.suspectReason().equals(reason))
                .filter(row -> !row.isLeased(now))
                .toList();
        suspects.forEach(row -> queue.move(row, Math.min(row.readyAt, now)));
        return suspects.size();
    }

    /** Counts the events of an ad account, as {@link Outbox#backlog} does. */
    public Backlog backlog(String adAccount, int dead) {
        long now = now();
        AccountQueue queue = queue(adAccount);
        Optional<Duration> oldest = queue.rows()
                .map(row -> row.storedAt)
                .min(Comparator.naturalOrder())
                .map(storedAt -> Duration.ofMillis(Math.max(0, now - storedAt)));
        int suspects = queue.size(ClaimKind.SUSPECT);
        int others = queue.size(ClaimKind.ONLINE) + queue.size(ClaimKind.OFFLINE);
        return new Backlog(others + suspects, suspects, dead, oldest);
    }

    private record Pause(long until, String reason) {
        /** Returns whether it has not ended. One that is too long was begun before the clock was set back. */
        boolean isPaused(long now) {
            return until > now && until - now <= Outbox.MAX_PAUSE.toMillis();
        }
    }
}
