// SPDX-License-Identifier: Apache-2.0
package dev.epik.kafka.window;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.memory.AccountQueue;
import dev.epik.capi.outbox.memory.WaitingEvents;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.outbox.table.OutboxTable;
import dev.epik.kafka.record.RecordFormat;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The events of a {@link dev.epik.kafka.worker.Window}: what was read and is not settled. Decides what becomes of a
 * record that was read, of an outcome, and of an event that waits for long. Does no I/O. Not thread-safe; the window
 * guards it.
 */
public final class WindowRows {
    private static final String TOO_LARGE = "It must wait, and is too large for the retry topics: raise"
            + " max.message.bytes of all four topics, and max.request.size of the workers; then redrive it";

    /** For how long nothing is moved after a move has failed, in ms. */
    private static final long NO_MOVES = 30_000;

    /** How many delivered and cancelled events are remembered. */
    static final int MAX_REMEMBERED = 50_000;

    public final WaitingEvents waiting;
    public final RecentKeys delivered = new RecentKeys(MAX_REMEMBERED);
    private final Clock clock;
    private final RecentKeys cancelled = new RecentKeys(MAX_REMEMBERED);

    /** When ad accounts with events last settled one, or their first event was read. */
    private final Map<String, Long> progress = new HashMap<>();

    /** The events that are being moved or made dead letters, and the partition that each was read from. */
    private final Map<StoredEvent.Key, AssignedPartition> leaving = new HashMap<>();

    private final List<Outgoing> outgoing = new ArrayList<>();
    private int unacknowledged;
    private long bytes;
    private long arrivals;
    private long settled;
    private long settledOffline;
    private long lastAccepted;
    private long noMovesUntil;

    WindowRows(Clock clock) {
        this.clock = clock;
        this.waiting = new WaitingEvents(clock);
        this.lastAccepted = clock.millis() - MoveRule.OUTAGE_AFTER;
    }

    /** Returns how many events and outgoing records are held. */
    public int size() {
        return waiting.size() + unacknowledged;
    }

    /** Returns the length of the JSON of the events, also of those that are outgoing. */
    long bytes() {
        return bytes;
    }

    /** Returns how many records were settled since the start. */
    long settled() {
        return settled;
    }

    /** Returns how many offline events were accepted since the start. Pinterest cannot deduplicate them. */
    long settledOffline() {
        return settledOffline;
    }

    // --- reading

    /**
     * Takes a record that was read.
     *
     * @return whether an event waits that did not before
     */
    boolean read(
            AssignedPartition from,
            ConsumerRecord<byte @Nullable [], byte @Nullable []> record,
            RecordFormat.Reading reading) {
        if (!from.read(record.offset(), record.leaderEpoch())) {
            return false;
        }
        if (reading instanceof RecordFormat.Event event) {
            return read(WindowRow.Place.of(from, record.offset(), record.timestamp(), event), event);
        }
        if (reading instanceof RecordFormat.Removal removal) {
            cancel(removal.key(), record.timestamp());
            from.settle(record.offset());
        } else {
            String reason = reading instanceof RecordFormat.Unreadable unreadable
                    ? unreadable.reason()
                    : "It is a dead letter: only Epik may write to this topic";
            add(new Outgoing.Foreign(from, record, reason, clock.instant()));
        }
        return false;
    }

    private boolean read(WindowRow.Place place, RecordFormat.Event read) {
        StoredEvent.Key key = read.event().key();
        if (waiting.get(key) != null
                || isLeaving(key)
                || delivered.contains(key)
                || isCancelled(key, place.writtenAt())) {
            place.from().settle(place.offset());
            settled++;
            return false;
        }
        long now = clock.millis();
        hold(new WindowRow(read.event(), arrivals++, place, WindowRow.Wait.of(read, place, now), now));
        progress.putIfAbsent(key.adAccount(), now);
        return true;
    }

    /**
     * Returns whether an event is being written elsewhere. Not if its partition was lost meanwhile: if the write fails,
     * nothing but a record that is read again has the event.
     */
    private boolean isLeaving(StoredEvent.Key key) {
        AssignedPartition from = leaving.get(key);
        return from != null && !from.isDropped();
    }

    /** Cancels an event that waits, and remembers that, because its record may be read later from a retry topic. */
    public void cancel(StoredEvent.Key key, long time) {
        cancelled.put(key, time);
        if (waiting.get(key) instanceof WindowRow row && row.writtenAt <= time && isCancellable(row)) {
            settle(row);
        }
    }

    /** Cancels an event that waits here. */
    public CancelResult cancel(StoredEvent.Key key) {
        if (waiting.get(key) instanceof WindowRow row) {
            if (!isCancellable(row)) {
                return CancelResult.TOO_LATE;
            }
            cancelled.put(key, clock.millis() - 1); // it may have a second record, but may be stored anew from now on
            settle(row);
            return CancelResult.CANCELLED;
        }
        return delivered.contains(key) ? CancelResult.TOO_LATE : CancelResult.UNKNOWN;
    }

    private boolean isCancellable(WindowRow row) {
        return !row.isLeased(clock.millis() - Outbox.CANCEL_GRACE.toMillis());
    }

    private boolean isCancelled(StoredEvent.Key key, long writtenAt) {
        return writtenAt <= cancelled.time(key).orElse(Long.MIN_VALUE);
    }

    // --- settling

    /** Settles the rows of the batch that are still leased by it, as {@link Outbox#settle} does. */
    public SettleResult settle(Batch batch, List<Settlement> settlements) {
        int ours = 0;
        for (Settlement settlement : settlements) {
            AccountQueue.Row row = WaitingEvents.leased(batch, settlement.claimed());
            if (row instanceof WindowRow leased) {
                settle(leased, settlement);
                ours++;
            } else if (settlement.outcome() instanceof Outcome.Accepted) {
                onAcceptedLate(settlement.event().key());
            }
        }
        return new SettleResult(ours, List.of());
    }

    private void settle(WindowRow row, Settlement settlement) {
        Outcome outcome = settlement.outcome();
        if (outcome instanceof Outcome.Postponed) {
            waiting.postpone(row, settlement);
            if (!row.from.isOpen()) {
                leave(row); // its partition is being revoked: the next worker sends it
            } else if (isCancelled(row.event.key(), row.writtenAt)) {
                settle(row);
            }
            return;
        }
        long now = clock.millis();
        if (outcome instanceof Outcome.Rejected rejected) {
            remove(row);
            add(new Outgoing.Dead(row, rejected.reason(), Instant.ofEpochMilli(now)));
        } else {
            settle(row);
            delivered.put(row.event.key(), now);
            lastAccepted = now;
            settledOffline += row.event.offline() ? 1 : 0;
        }
        progress.computeIfPresent(row.event.adAccount(), (account, before) -> now);
    }

    /** Remembers an event that was accepted after its lease had ended, or its partition was revoked. */
    private void onAcceptedLate(StoredEvent.Key key) {
        delivered.put(key, clock.millis());
        if (waiting.get(key) instanceof WindowRow again && !again.isLeased(clock.millis())) {
            settle(again);
        }
    }

    /** Forgets delivered ids that are older, and pauses that have ended. */
    public void forget(Duration deliveredOlderThan) {
        delivered.removeBefore(OutboxTable.before(clock.millis(), deliveredOlderThan));
        waiting.forgetEndedPauses();
    }

    /** Removes a row whose record is settled. */
    private void settle(WindowRow row) {
        remove(row);
        row.settle();
        settled++;
    }

    /** Removes a row whose record stays unsettled. */
    private void leave(WindowRow row) {
        remove(row);
        row.from.leave();
    }

    private void hold(WindowRow row) {
        waiting.add(row);
        bytes += row.event.json().length();
    }

    private void remove(WindowRow row) {
        waiting.remove(row);
        bytes -= row.event.json().length();
        if (!waiting.hasEvents(row.event.adAccount())) {
            progress.remove(row.event.adAccount());
        }
    }

    // --- the end of an assignment

    /** Removes the events of a partition: all, or those that are not being sent. Their records stay unsettled. */
    void removeOf(AssignedPartition partition, boolean alsoLeased) {
        long now = clock.millis();
        List<WindowRow> removed = new ArrayList<>();
        for (AccountQueue.Row each : waiting.rows()) {
            if (each instanceof WindowRow row && row.from == partition && (alsoLeased || !row.isLeased(now))) {
                removed.add(row);
            }
        }
        removed.forEach(this::leave);
        if (alsoLeased) {
            List<Outgoing> dropped =
                    outgoing.stream().filter(each -> each.from() == partition).toList();
            outgoing.removeAll(dropped);
            dropped.forEach(this::left);
        }
    }

    // --- outgoing records

    private void add(Outgoing record) {
        outgoing.add(record);
        unacknowledged++;
        bytes += record.bytes();
        record.key().ifPresent(key -> leaving.put(key, record.from()));
    }

    private void left(Outgoing record) {
        unacknowledged--;
        bytes -= record.bytes();
        record.key().ifPresent(key -> leaving.remove(key, record.from()));
    }

    /** Returns the records to write, and forgets them: the caller reports what became of each. */
    List<Outgoing> takeOutgoing() {
        List<Outgoing> taken = List.copyOf(outgoing);
        outgoing.clear();
        return taken;
    }

    /** Notes that the broker has acknowledged a record. */
    void written(Outgoing record) {
        left(record);
        record.from().settle(record.offset());
        settled++;
    }

    /**
     * Notes that a record was not written. A dead letter is written again. An event that was to be moved waits here, so
     * that it is sent even if nothing can be written.
     *
     * @param isTooLarge whether its topic has no room for a record of this size
     */
    void notWritten(Outgoing record, boolean isTooLarge) {
        left(record);
        if (record.from().isDropped()) {
            return;
        }
        if (record instanceof Outgoing.Move move) {
            if (isTooLarge) {
                move.row().isTooLarge = true;
            } else {
                noMovesUntil = clock.millis() + NO_MOVES;
            }
            stay(move.row());
        } else {
            add(isTooLarge ? record.reduced() : record);
        }
    }

    /** Makes an event wait that could not be moved. */
    private void stay(WindowRow row) {
        if (isCancelled(row.event.key(), row.writtenAt)) {
            row.settle();
            settled++;
        } else if (row.from.isOpen()) {
            hold(row);
            progress.putIfAbsent(row.event.adAccount(), clock.millis());
        } else {
            row.from.leave();
        }
    }

    // --- moving

    /**
     * Makes events that wait for long outgoing, as {@link MoveRule} decides.
     *
     * @param capacity for how many events of this size there is room
     * @param maxSpan reading a partition stops above this span
     */
    void move(boolean isFull, int capacity, int maxSpan) {
        long now = clock.millis();
        forgetFuture(now);
        if (now < noMovesUntil) {
            return;
        }
        int slow = (int) progress.values().stream()
                .filter(last -> MoveRule.isSlow(now, last))
                .count();
        boolean isOutage = now - lastAccepted >= MoveRule.OUTAGE_AFTER;
        MoveRule.Situation situation = new MoveRule.Situation(now, capacity, maxSpan, isFull, isOutage, slow);
        int left = situation.maxMoves();
        if (left == 0) {
            return;
        }
        for (Map.Entry<String, List<WindowRow>> each : unclaimed(now).entrySet()) {
            long pausedUntil = waiting.pause(each.getKey(), now)
                    .map(pause -> now + pause.left().toMillis())
                    .orElse(0L);
            boolean isSlow = MoveRule.isSlow(now, progress.getOrDefault(each.getKey(), now));
            List<WindowRow> moved = MoveRule.choose(situation, each.getValue(), pausedUntil, isSlow);
            moved = moved.subList(0, Math.min(left, moved.size()));
            moved.forEach(row -> move(row, now));
            left -= moved.size();
        }
    }

    /** Corrects what was noted before the clock was set back: otherwise nothing would be slow until then. */
    private void forgetFuture(long now) {
        progress.replaceAll((account, last) -> Math.min(last, now));
        lastAccepted = Math.min(lastAccepted, now);
        noMovesUntil = Math.min(noMovesUntil, now + NO_MOVES);
    }

    /** Makes an event outgoing. One that is too large for the retry topics stays, unless it is an obstacle. */
    private void move(WindowRow row, long now) {
        if (row.isTooLarge) {
            if (row.isObstacle()) {
                remove(row);
                add(new Outgoing.Dead(row, TOO_LARGE, Instant.ofEpochMilli(now)));
            }
            return;
        }
        RetryDelay delay = RetryDelay.ofRound(row.rounds + 1);
        remove(row);
        add(new Outgoing.Move(row, delay, Instant.ofEpochMilli(delay.due(now, row.readyAt))));
    }

    private Map<String, List<WindowRow>> unclaimed(long now) {
        Map<String, List<WindowRow>> unclaimed = new HashMap<>();
        for (AccountQueue.Row each : waiting.rows()) {
            if (each instanceof WindowRow row && row.from.isOpen() && !row.isLeased(now)) {
                unclaimed
                        .computeIfAbsent(row.event.adAccount(), account -> new ArrayList<>())
                        .add(row);
            }
        }
        unclaimed.values().forEach(rows -> rows.sort(Comparator.comparingLong(AccountQueue.Row::arrival)));
        return unclaimed;
    }
}
