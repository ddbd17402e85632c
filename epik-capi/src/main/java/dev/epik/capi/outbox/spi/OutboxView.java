// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.spi;

import dev.epik.capi.DeadLetter;
import java.util.List;
import java.util.Optional;

/**
 * Reads an outbox without changing it, such as {@link dev.epik.capi.outbox.SqliteOutbox#inspect} does while the shop's
 * process has the file open. Not thread-safe. The caller closes it.
 */
public interface OutboxView extends AutoCloseable {
    /**
     * Returns the ids of the ad accounts that have waiting events, dead letters or remembered ids of delivered events.
     */
    List<String> adAccounts();

    /** Counts the events of one ad account. */
    Backlog backlog(String adAccount);

    /** Counts the ids of delivered events of one ad account that are still remembered. Reads all of them. */
    int delivered(String adAccount);

    /** Returns the pause of one ad account, if nothing may be sent for it. */
    Optional<Peek.Pause> pause(String adAccount);

    /** Returns the newest dead letters, the newest first. */
    List<DeadLetter> deadLetters(String adAccount, int max);

    /** Checks the books; see {@link Outbox#verify}. A file of schema 1 has none. */
    List<BooksDifference> verify();

    /** Returns the sums of the books, by ad account. */
    List<BooksTotal> books();

    @Override
    void close();
}
