// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.time.Instant;
import java.util.List;

/**
 * Where events wait until Pinterest has answered for each. Whoever stores never waits for whoever sends.
 *
 * <p>The contract of all stores: (ad account, name, id) is unique, delivered events included, for as long as the store
 * says it remembers them. A claimed event is nobody else's until it is settled. Safe for many threads.
 */
public interface Outbox {
    /** What became of an event that was to be stored. */
    enum Added {
        STORED,
        /** The same ad account, name and id is here or was delivered: nothing was changed. */
        ALREADY_STORED,
        /** No room: nothing was changed. */
        FULL
    }

    /** Returns once the event is as safe as this store makes it. */
    Added add(StoredEvent event);

    /**
     * At most {@code max} events of one ad account that may be sent at {@code now}; those that could be sent first come first, so that what was
     * postponed goes behind what was stored in the meantime.
     */
    List<StoredEvent> claim(String adAccount, int max, Instant now);

    /** Accepted events go, rejected ones become dead letters, postponed ones wait. */
    void settle(List<Settlement> settlements);

    Backlog backlog(String adAccount, Instant now);

    /** The newest last. */
    List<DeadLetter> deadLetters();

    /** An event that Pinterest rejected, and why. */
    record DeadLetter(StoredEvent event, String reason) {}
}
