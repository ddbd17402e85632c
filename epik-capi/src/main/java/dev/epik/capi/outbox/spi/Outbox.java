// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.StoredEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Keeps events until Pinterest has answered for each. Storing never waits for delivery.
 *
 * <p>The contract of all stores: (ad account, name, id) is unique for as long as the event waits, is a dead letter, or
 * is remembered as delivered. A claimed event belongs to its claimer until it is settled or its lease ends. Times are
 * the store's own, so that machines whose clocks differ agree. Thread-safe.
 *
 * <p>If the store fails, a method throws an {@link OutboxException}, whose message names the cure and nothing personal.
 */
public interface Outbox extends EventStore {
    /**
     * How long after the end of its lease an event can be cancelled: the claimer may have been stopped (a frozen
     * virtual machine, a long garbage collection) just before it sent the request.
     */
    Duration CANCEL_GRACE = Duration.ofMinutes(1);

    /**
     * How long an ad account pauses at most. A pause that would end later counts as ended: it was stored before the
     * store's clock was set back.
     */
    Duration MAX_PAUSE = Duration.ofHours(1);

    /** Lists the ad accounts for which events wait. Reads a few rows for each ad account, however many events wait. */
    List<DueAccount> dueAccounts();

    /** Returns what could be claimed; reads at most {@code max} events of each kind, however many wait. */
    Peek peek(String adAccount, int max);

    /**
     * Claims events of one kind that may be sent now. Rows that another transaction holds locked are skipped.
     *
     * @param maxEvents at least 1
     * @param maxBytes of JSON; the first event is claimed whatever its size
     * @param lease how long the events belong to the caller
     * @return empty if no event can be claimed
     */
    Optional<Batch> claim(String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease);

    /**
     * Makes the lease of events that are still the caller's end this long from now.
     *
     * @param batch the lease and those of its events that are not settled yet
     * @return false if at least one of them is no longer the caller's: then none of them may be sent
     */
    boolean extend(Batch batch, Duration lease);

    /**
     * Writes outcomes: accepted events are remembered by a hash, rejected ones become dead letters, postponed ones
     * wait. Never waits for a row that another transaction holds locked.
     */
    SettleResult settle(Batch batch, List<Settlement> settlements);

    /**
     * Stops sending for this ad account, on all nodes that share this store. A pause that ends later than this one
     * stays as it is.
     *
     * @param time at most {@link #MAX_PAUSE}; longer ones are cut
     * @param reason for the operator
     */
    void pause(String adAccount, Duration time, String reason);

    /** Ends the pause of this ad account, whichever node began it. */
    void resume(String adAccount);

    /**
     * Learns that this client does not know an ad account, whose events therefore wait. Does nothing by default,
     * because another node may know it. A store that holds few events can make room for those of others.
     */
    default void noteUnknown(String adAccount) {}

    /**
     * Makes all suspects with this reason due at once, except those that are claimed.
     *
     * @param suspectReason see {@link DeliveryHistory#suspectReason()}; empty: whatever their reason
     * @return how many there were
     */
    int releaseSuspects(String adAccount, String suspectReason);

    /** Counts the events of one ad account. Reads all of them, so do not call it for every request. */
    Backlog backlog(String adAccount);

    /** Returns the newest dead letters, the newest first. */
    List<DeadLetter> deadLetters(String adAccount, int max);

    /** Returns how many dead letters are older than this, by ad account; ad accounts without any are not listed. */
    Map<String, Integer> deadLettersOlderThan(Duration age);

    /**
     * Makes dead letters wait again, with an empty history. Those that another transaction holds locked are left.
     *
     * @param scope whether events are included that happened over 48 hours ago, which Pinterest no longer deduplicates
     */
    RedriveResult redrive(String adAccount, DeadLetter.Which which, DeadLetter.Scope scope);

    /**
     * Finds events that wait or are dead letters, of all ad accounts. Reads all of them, in steps that do not hold up
     * storing, so do not call it for every request. An event that becomes a dead letter during the search is found; one
     * that is redriven meanwhile may be missed.
     *
     * @param which is called once or more for each event, on a thread of the store, and must not wait
     * @return what was found, each event once
     */
    List<FoundEvent> find(Predicate<StoredEvent> which);

    /**
     * Forgets that an event was delivered, so that its id may be stored again. Changes no other event.
     *
     * @return whether it was remembered
     */
    boolean forgetDelivered(StoredEvent.Key key);

    /**
     * Forgets delivered ids and removes dead letters that are older, of all ad accounts, in steps that do not hold up
     * storing.
     *
     * @return how many dead letters were removed, by ad account; ad accounts without any are not listed
     */
    Map<String, Integer> forget(Duration deliveredOlderThan, Duration deadOlderThan);

    /**
     * Checks the books, which count events by ad account and by the hour in which they were stored: stored = accepted +
     * rejected + cancelled + waiting. An event is counted when it is first claimed or cancelled, so that storing costs
     * nothing; until then it is in no number. Forgetting does not change the books; they are kept for 30 days, or for
     * as long as events are remembered.
     *
     * <p>A difference means that rows were deleted, added or changed by another program, or that the store lost or
     * repeated an outcome. Reads all waiting events, so do not call it for every request.
     *
     * @return the hours that do not balance; empty if all do
     */
    List<BooksDifference> verify();

    /**
     * Returns how often a thread of the store was replaced, because it had ended or hung. A store without threads
     * returns 0.
     */
    default int replacedThreads() {
        return 0;
    }

    @Override
    default Outbox database() {
        return this;
    }

    /** Returns all, by default. */
    @Override
    default Set<Capability> capabilities() {
        return Set.of(Capability.values());
    }

    /** Returns whether events may wait in a spool of this node while the store fails; false by default. */
    default boolean hasSpool() {
        return false;
    }

    /**
     * Counts the events of one ad account in the spool of this node, which {@link #backlog} does not. None by default.
     */
    default Backlog spooled(String adAccount) {
        return new Backlog(0, 0, 0, Optional.empty());
    }

    /** Returns the ids of the ad accounts that have events or dead letters in the spool; none by default. */
    default List<String> spooledAccounts() {
        return List.of();
    }
}
