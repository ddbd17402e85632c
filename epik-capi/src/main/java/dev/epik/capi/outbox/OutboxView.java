// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.EpikException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Reads an outbox file without changing it; see {@link SqliteOutbox#inspect}. Another process may have the file open to
 * write. It may be of an older schema: only {@link SqliteOutbox} migrates it. Not thread-safe. The caller closes it.
 */
public final class OutboxView implements AutoCloseable {
    private final Path file;
    private final Connection connection;
    private final OutboxTable table = new OutboxTable(Dialect.SQLITE);
    private final Clock clock;
    private final RowState[] listed;
    private final boolean hasBooks;

    private OutboxView(Path file, Connection connection, Clock clock, int schema) {
        this.file = file;
        this.connection = connection;
        this.clock = clock;
        this.hasBooks = schema > 1;
        this.listed =
                schema == 1 ? new RowState[] {RowState.WAITING, RowState.DEAD, RowState.DELIVERED} : RowState.values();
    }

    static OutboxView of(Path file, Clock clock) {
        Path real = file;
        try {
            real = SqliteFile.locate(file);
            if (SoleOpener.isOpenHere(real)) {
                // Two class loaders have two SQLites, and when either closes the file, the other loses its locks.
                throw new EpikException("The outbox " + real
                        + " is open in this JVM: ask the SqliteOutbox that has it open, or look from another process");
            }
            Connection connection = SqliteFile.openToRead(real);
            try {
                return new OutboxView(real, connection, clock, SqliteFile.schema(connection));
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (IOException e) {
            throw new EpikException("The outbox " + real + " cannot be read, "
                    + e.getClass().getSimpleName() + ": may this process read it?");
        } catch (SQLException e) {
            throw SqliteFile.describe(real, e);
        }
    }

    /**
     * Returns the ids of the ad accounts that have waiting events, dead letters or remembered ids of delivered events.
     */
    public List<String> adAccounts() {
        return read((sql, now) -> table.adAccounts(sql, listed));
    }

    /** Counts the events of one ad account. */
    public Backlog backlog(String adAccount) {
        return read((sql, now) -> table.backlog(sql, adAccount, now));
    }

    /** Counts the ids of delivered events of one ad account that are still remembered. Reads all of them. */
    public int delivered(String adAccount) {
        return read((sql, now) -> {
            try (PreparedStatement count = sql.prepareStatement("SELECT COUNT(*) FROM epik_outbox WHERE state = "
                    + RowState.DELIVERED.number + " AND ad_account = ?")) {
                count.setString(1, adAccount);
                try (ResultSet row = count.executeQuery()) {
                    return row.next() ? row.getInt(1) : 0;
                }
            }
        });
    }

    /** Returns the pause of one ad account, if nothing may be sent for it. */
    public Optional<Peek.Pause> pause(String adAccount) {
        return read((sql, now) -> Peeking.pause(sql, adAccount, now));
    }

    /** Returns the newest dead letters, the newest first. */
    public List<DeadLetter> deadLetters(String adAccount, int max) {
        return read((sql, now) -> table.deadLetters.newest(sql, adAccount, max));
    }

    /** Checks the books; see {@link Outbox#verify}. A file of schema 1 has none. */
    public List<BooksDifference> verify() {
        return hasBooks ? read((sql, now) -> table.books.verify(sql)) : List.of();
    }

    /** Returns the sums of the books, by ad account. */
    public List<BooksTotal> books() {
        return hasBooks ? read((sql, now) -> table.books.totals(sql)) : List.of();
    }

    private <T> T read(OutboxTable.Work<T> work) {
        try {
            return work.at(connection, clock.millis());
        } catch (SQLException e) {
            throw SqliteFile.describe(file, e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw SqliteFile.describe(file, e);
        }
    }
}
