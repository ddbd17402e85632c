// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import dev.epik.capi.DeadLetter;
import dev.epik.capi.outbox.spi.Backlog;
import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.outbox.spi.BooksTotal;
import dev.epik.capi.outbox.spi.OutboxView;
import dev.epik.capi.outbox.spi.Peek;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.Optional;

/** Reads the tables of an outbox without changing them. They may be of an older schema. Not thread-safe. */
public abstract class TableView implements OutboxView {
    private final OutboxTable table;
    private final RowState[] listed;
    private final boolean hasBooks;

    /** @param schema of the tables */
    protected TableView(OutboxTable table, int schema) {
        this.table = table;
        this.hasBooks = schema > 1;
        this.listed =
                schema == 1 ? new RowState[] {RowState.WAITING, RowState.DEAD, RowState.DELIVERED} : RowState.values();
    }

    /** Reads in a transaction. */
    protected abstract <T> T read(OutboxTable.Work<T> work);

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
}
