// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Where events wait until Pinterest has answered for each. Whoever stores never waits for whoever sends.
 *
 * <p>The contract of all stores: (ad account, name, id) is unique, for as long as the event waits, lies dead, or is remembered as
 * delivered. A claimed event is nobody else's until it is settled or its lease ends; what a lease that ended settles is not
 * changed. Times are the store's own, so that several machines with different clocks agree. Safe for many threads.
 *
 * <p>Trouble with the store is an {@link OutboxException}, whose message names the cure and nothing personal.
 */
public interface Outbox extends AutoCloseable {
    /** What became of an event that was to be stored. */
    enum Added {
        STORED,
        /** The same ad account, name and id is here or was delivered: nothing was changed. */
        ALREADY_STORED,
        /** No room: nothing was changed. */
        FULL
    }

    /** What became of an event that was to be taken back. */
    enum Cancelled {
        /** It is gone, and may be stored again. */
        CANCELLED,
        /** It is being sent in this moment, or was: too late. */
        TOO_LATE,
        UNKNOWN
    }

    /**
     * Completes once the event is as safe as this store makes it, with {@code FULL} where it has no room, or with an
     * {@link OutboxException}. Whether the calling thread or another does the work is the store's to say.
     */
    CompletableFuture<Added> add(StoredEvent event);

    /** As {@link #add}, for many at once and in one step where the store can; the answers are in the events' order. */
    CompletableFuture<List<Added>> addAll(List<StoredEvent> events);

    /** What a sender wants to know before it claims; reads no more than {@code most} events, however many wait. */
    Peek peek(String adAccount, int most);

    /**
     * At most so many events of one ad account that may be sent now, and, but for the first, at most so many bytes of JSON. First
     * come those that still count as web, the oldest of them first; then all others in the order in which they could be sent, so
     * that what was put behind goes behind. Empty where there is none.
     */
    Optional<Batch> claim(String adAccount, int mostEvents, long mostBytes, Duration lease);

    /**
     * Accepted events are remembered by a hash, rejected ones become dead letters, postponed ones wait.
     *
     * @return how many were settled; the others' lease had ended, and they are somebody else's
     */
    int settle(Batch batch, List<Settlement> settlements);

    /** Nobody sends for this ad account for so long, on any machine that shares this store. */
    void pause(String adAccount, Duration time, String reason);

    void resume(String adAccount);

    /** Counts, and so not for every step. */
    Backlog backlog(String adAccount);

    /** The newest first, at most so many. */
    List<DeadLetter> deadLetters(String adAccount, int most);

    /**
     * Makes dead letters wait again.
     *
     * @param force those as well that happened over 48 hours ago, which Pinterest no longer deduplicates
     */
    Redriven redrive(String adAccount, DeadLetter.Which which, boolean force);

    Cancelled cancel(StoredEvent.Key key);

    /** Forgets delivered ids and dead letters that are older; says how many dead letters that were. */
    int forget(String adAccount, Duration deliveredOlderThan, Duration deadOlderThan);

    /** Completes what was begun, and ends the store's threads. */
    @Override
    void close();

    /**
     * What a redrive did.
     *
     * @param tooOld dead letters that were left, for want of {@code force}
     */
    record Redriven(int events, int tooOld) {}
}
