// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.sqlite;

import dev.epik.capi.DeadLetter;
import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.outbox.spi.BooksTotal;
import dev.epik.capi.outbox.spi.OutboxView;
import dev.epik.capi.outbox.spi.Peek;
import dev.epik.capi.outbox.table.Dialect;
import dev.epik.capi.outbox.table.OutboxTable;
import dev.epik.capi.outbox.table.PeekQueries;
import dev.epik.capi.outbox.table.RowState;
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
 * Reads an outbox file without changing it. Another process may have the file open to write. It may be of an older
 * schema: only {@link SqliteOutbox} migrates it. Not thread-safe.
 */
public final class SqliteView implements OutboxView {
    private final Path file;
    private final Connection connection;
    private final OutboxTable table = new OutboxTable(Dialect.SQLITE);
    private final Clock clock;
    private final RowState[] listed;
    private final boolean hasBooks;

    private SqliteView(Path file, Connection connection, Clock clock, int schema) {
        this.file = file;
        this.connection = connection;
        this.clock = clock;
        this.hasBooks = schema > 1;
        this.listed =
                schema == 1 ? new RowState[] {RowState.WAITING, RowState.DEAD, RowState.DELIVERED} : RowState.values();
    }

    public static SqliteView of(Path file, Clock clock) {
        Path real = file;
        try {
            real = SqliteFile.locate(file);
            if (ExclusiveFileLock.isOpenHere(real)) {
                // Two class loaders have two SQLites, and when either closes the file, the other loses its locks.
                throw new EpikException("The outbox " + real
                        + " is open in this JVM: ask the SqliteOutbox that has it open, or look from another process");
            }
            Connection connection = SqliteFile.openToRead(real);
            try {
                return new SqliteView(real, connection, clock, SqliteFile.schema(connection));
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

    @Override
    public List<String> adAccounts() {
        return read((sql, now) -> table.adAccounts(sql, listed));
    }

    @Override
    public Backlog backlog(String adAccount) {
        return read((sql, now) -> table.backlog(sql, adAccount, now));
    }

    @Override
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

    @Override
    public Optional<Peek.Pause> pause(String adAccount) {
        return read((sql, now) -> PeekQueries.pause(sql, adAccount, now));
    }

    @Override
    public List<DeadLetter> deadLetters(String adAccount, int max) {
        return read((sql, now) -> table.deadLetters.newest(sql, adAccount, max));
    }

    @Override
    public List<BooksDifference> verify() {
        return hasBooks ? read((sql, now) -> table.books.verify(sql)) : List.of();
    }

    @Override
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
