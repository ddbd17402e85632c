// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.StoredEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;

/**
 * Stores events durably. An {@link Outbox} also delivers them from this process; the events of another store, such as a
 * log, may be delivered by other processes. Thread-safe.
 *
 * <p>If the store fails, a method throws an {@link OutboxException}, whose message names the cure and nothing personal.
 */
public interface EventStore extends AutoCloseable {
    /** An ability that not every store has. */
    enum Capability {
        /**
         * {@link #add} reports an event that was stored before. Otherwise it is stored again and reported as stored.
         */
        REPORTS_DUPLICATES,
        /** {@link #cancel} knows at once whether the event is removed. Otherwise it is a request without a promise. */
        CANCELS,
        /** {@link Outbox#find} sees all events that wait, so that a person can be erased. */
        SEARCHES,
        /** {@link Outbox#verify} compares the books. */
        KEEPS_BOOKS
    }

    /** The result of storing an event. */
    enum Added {
        STORED,
        /** The same ad account, name and id waits here: nothing was changed. */
        ALREADY_STORED,
        /** The same ad account, name and id was delivered, and is remembered: nothing was changed. */
        ALREADY_DELIVERED,
        /** The same ad account, name and id is a dead letter, and is not sent until a redrive: nothing was changed. */
        ALREADY_DEAD,
        /** No room: nothing was changed. */
        FULL;

        /** Returns whether the same ad account, name and id was stored before. */
        public boolean isDuplicate() {
            return this == ALREADY_STORED || this == ALREADY_DELIVERED || this == ALREADY_DEAD;
        }
    }

    /**
     * Stores an event. The future completes once the event is as safe as this store makes it, with {@code FULL} if
     * there is no room, or with an {@link OutboxException}. Each store documents which thread does the work.
     */
    CompletableFuture<Added> add(StoredEvent event);

    /**
     * Stores an event as {@link #add(StoredEvent)} does, for a caller that waits no longer than the deadline. A store
     * that can withdraw an event completes the future by then, at most some 100 ms later;
     * {@link OutboxException#isMaybeStored} returns whether the event may be stored nevertheless. By default the
     * deadline is left to the caller.
     *
     * @param deadline from now
     */
    default CompletableFuture<Added> add(StoredEvent event, Duration deadline) {
        return add(event);
    }

    /**
     * Stores some hundred events of an import, each with a result of its own, in the order of the events. They wait
     * behind events that are added one by one. By default they are stored by {@link #addAll}.
     *
     * @param deadline see {@link #add(StoredEvent, Duration)}
     */
    default List<CompletableFuture<Added>> addEach(List<StoredEvent> events, Duration deadline) {
        CompletableFuture<List<Added>> all = addAll(events).thenApply(added -> {
            if (added.size() != events.size()) {
                throw new IllegalStateException(
                        "The outbox gave " + added.size() + " answers for " + events.size() + " events");
            }
            return added;
        });
        return IntStream.range(0, events.size())
                .mapToObj(i -> all.thenApply(added -> added.get(i)))
                .toList();
    }

    /** Stores many events at once, in one step if the store can; the results are in the events' order. */
    CompletableFuture<List<Added>> addAll(List<StoredEvent> events);

    /**
     * Removes an event that waits or is a dead letter. A store without {@link Capability#CANCELS} returns
     * {@link CancelResult#REQUESTED}, unless it has just removed the event.
     *
     * @throws OutboxException if nothing was changed, such as when another transaction holds the row locked for longer
     *     than some 100 ms
     */
    CancelResult cancel(StoredEvent.Key key);

    /** Returns what this store can do. The set does not change. */
    Set<Capability> capabilities();

    /**
     * Returns the outbox from which this process delivers; empty if other processes deliver what is stored here. Not
     * called for an {@link Outbox}, which is delivered from itself. By default empty.
     */
    default Optional<Outbox> deliveryOutbox() {
        return Optional.empty();
    }

    /**
     * Returns how many stored events of all ad accounts wait outside of {@link #deliveryOutbox()}, so that
     * {@link Outbox#backlog} does not count them. May ask a server, so do not call it for every request. By default 0.
     */
    default long unread() {
        return 0;
    }

    /**
     * Connects this store to the client that uses it, before the first submit. By default it does nothing.
     *
     * @param submitTimeout how long the client waits for an event to be stored
     * @param moved takes the id of an ad account and how many of its events this store has just made ready to be sent,
     *     without a submit; it never throws
     */
    default void connect(Duration submitTimeout, ObjIntConsumer<String> moved) {}

    /**
     * Notes that a transaction of a caller was committed, and with it events that were stored in it by the
     * {@link #database()}. Never throws and never waits. By default it does nothing.
     */
    default void committed(String adAccount, int events) {}

    /**
     * Returns the store that {@link #add(StoredEvent) adds} events in the end: by default this one. A store with a
     * spool returns the one behind it.
     *
     * @throws OutboxException if it could not be opened yet
     */
    default EventStore database() {
        return this;
    }

    /** Completes the operations that were begun, and ends the threads of the store. A second call has no effect. */
    @Override
    void close();
}
