// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.table.Dialect;
import dev.epik.capi.outbox.table.JdbcErrors;
import dev.epik.capi.outbox.table.OutboxTable;
import dev.epik.capi.outbox.table.TableView;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Reads the tables of an outbox in a database, on one connection and in the caller's thread. Not thread-safe. */
public final class JdbcView extends TableView {
    private final Connection connection;
    private final Dialect dialect;

    private JdbcView(Connection connection, Dialect dialect) {
        super(new OutboxTable(dialect), OutboxTable.SCHEMA);
        this.connection = connection;
        this.dialect = dialect;
    }

    /** Connects, and checks that the tables are there and of this schema. */
    public static JdbcView of(DataSource database) {
        try {
            Connection connection = database.getConnection();
            try {
                Dialect dialect = SupportedDatabases.dialectOf(connection.getMetaData());
                connection.setReadOnly(true);
                connection.setAutoCommit(false);
                new JdbcTables(connection, dialect).check();
                return new JdbcView(connection, dialect);
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new OutboxException(JdbcErrors.describe(e), e);
        }
    }

    @Override
    protected <T> T read(OutboxTable.Work<T> work) {
        try {
            try (PreparedStatement select = connection.prepareStatement(dialect.begin());
                    ResultSet row = select.executeQuery()) {
                row.next();
                return work.at(connection, row.getLong(1));
            } finally {
                connection.rollback(); // nothing was changed
            }
        } catch (SQLException e) {
            throw new OutboxException(JdbcErrors.describe(e, dialect), e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new OutboxException(JdbcErrors.describe(e, dialect), e);
        }
    }
}
