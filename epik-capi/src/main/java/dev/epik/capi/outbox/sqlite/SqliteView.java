// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.sqlite;

import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.table.Dialect;
import dev.epik.capi.outbox.table.OutboxTable;
import dev.epik.capi.outbox.table.TableView;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;

/**
 * Reads an outbox file without changing it. Another process may have the file open to write. It may be of an older
 * schema: only {@link SqliteOutbox} migrates it. Not thread-safe.
 */
public final class SqliteView extends TableView {
    private final Path file;
    private final Connection connection;
    private final Clock clock;

    private SqliteView(Path file, Connection connection, Clock clock, int schema) {
        super(new OutboxTable(Dialect.SQLITE), schema);
        this.file = file;
        this.connection = connection;
        this.clock = clock;
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
    protected <T> T read(OutboxTable.Work<T> work) {
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
