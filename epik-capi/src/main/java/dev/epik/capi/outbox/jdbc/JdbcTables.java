// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import dev.epik.capi.EpikException;
import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.table.Dialect;
import dev.epik.capi.outbox.table.HistoryColumns;
import dev.epik.capi.outbox.table.InsertLimits;
import dev.epik.capi.outbox.table.JdbcErrors;
import dev.epik.capi.outbox.table.OutboxTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Creates, migrates and checks the tables of a {@link JdbcOutbox}, when it is opened. Not thread-safe. */
public final class JdbcTables {
    /** More than there are statements in the scripts: each may fail once because another node runs it too. */
    private static final int ATTEMPTS = 20;

    /**
     * The prefix of each statement of a script on MariaDB. A statement that waits to change the table blocks every
     * other user of the table, so it must not wait long.
     */
    private static final String LIMITED = "SET STATEMENT lock_wait_timeout=1, innodb_lock_wait_timeout=1 FOR ";

    /** The version of a database without {@code epik_outbox_schema}. */
    private static final int NO_TABLES = -1;

    private final Connection connection;
    private final Dialect dialect;

    public JdbcTables(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    /**
     * Creates missing tables and migrates old ones. Every statement may be run again, and several nodes may do so at
     * once: one of them may fail at first, even at "if not exists", and tries again. No statement waits for a lock, or
     * holds one that others wait for, for more than a second.
     */
    public void create() throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                int version = version();
                if (version != NO_TABLES && version < OutboxTable.SCHEMA) {
                    run(Dialect.script(dialect.migrationFile()));
                }
                run(Dialect.script(dialect.file()));
                if (!hasColumns()) {
                    run(Dialect.script(dialect.migrationFile())); // old tables whose epik_outbox_schema was missing
                }
                return;
            } catch (SQLException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
                RetryDelay.await(attempt);
            }
        }
    }

    private void run(List<String> script) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        boolean takesLimits = dialect == Dialect.MARIADB
                && !InsertLimits.of(connection, dialect).own().isEmpty();
        String limits = takesLimits ? LIMITED : "";
        for (String each : script) {
            boolean isAlone = each.contains(" CONCURRENTLY ");
            if (isAlone) {
                dropInvalidIndex();
            }
            connection.setAutoCommit(isAlone);
            try (Statement statement = connection.createStatement()) {
                if (!isAlone && dialect == Dialect.POSTGRESQL) {
                    statement.execute("SET LOCAL lock_timeout = '500ms'");
                }
                statement.execute(limits + each);
                end();
            }
        }
        connection.setAutoCommit(autoCommit);
    }

    /** Drops an index that a process left unfinished when it ended: IF NOT EXISTS takes it for one that is whole. */
    private void dropInvalidIndex() throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '500ms'");
            boolean isInvalid;
            try (ResultSet row = statement.executeQuery("SELECT 1 FROM pg_index i WHERE NOT indisvalid"
                    + " AND indexrelid = to_regclass('epik_outbox_suspect') AND NOT EXISTS (SELECT 1 FROM"
                    + " pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)")) {
                isInvalid = row.next();
            }
            if (isInvalid) {
                statement.execute("DROP INDEX IF EXISTS epik_outbox_suspect");
            }
            end();
        }
    }

    /**
     * Checks that the tables exist and have this schema, and that the driver supports what the outbox needs.
     *
     * @throws EpikException if a check fails; the message names the cure
     */
    public void check() throws SQLException {
        int version = version();
        if (version == NO_TABLES) {
            throw new EpikException(JdbcErrors.missingTables(dialect));
        }
        if (version > OutboxTable.SCHEMA) {
            throw new EpikException("The tables of the outbox are of a newer Epik (schema " + version
                    + ", this one knows " + OutboxTable.SCHEMA + "): update this one");
        }
        if (version < OutboxTable.SCHEMA || !hasColumns()) {
            throw new EpikException(JdbcErrors.oldSchema(version, dialect));
        }
        if (dialect.takesArrays()) {
            checkArrays();
        }
    }

    /** Reads the schema of the tables; {@link #NO_TABLES} if there are none. */
    private int version() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT MAX(version) FROM epik_outbox_schema")) {
            row.next();
            int version = row.getInt(1);
            end();
            return version;
        } catch (SQLException e) {
            if (!JdbcErrors.isMissingTable(e)) {
                throw e;
            }
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            return NO_TABLES;
        }
    }

    /** Returns false for old tables on which the script for new ones was run, which does not change them. */
    private boolean hasColumns() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("SELECT book_hour, " + HistoryColumns.LIST
                        + " FROM epik_outbox WHERE event_key IS NULL AND EXISTS (SELECT 1 FROM epik_books)")) {
            none.next();
            end();
            return true;
        } catch (SQLException e) {
            if (JdbcErrors.isMissingTable(e)) {
                throw new EpikException(JdbcErrors.missingTables(dialect));
            }
            if (!JdbcErrors.isMissingColumn(e)) {
                throw e;
            }
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            return false;
        }
    }

    /** Refuses drivers that nest an array of keys in another: events would be stored, and never claimed. */
    private void checkArrays() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT cardinality(?::bytea[])")) {
            select.setArray(1, connection.createArrayOf("bytea", new byte[][] {{1, 2}, {3}}));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                if (row.getInt(1) == 2) {
                    end();
                    return;
                }
            }
        } catch (SQLException | RuntimeException ignored) {
            // reported below
        }
        throw new EpikException("JdbcOutbox needs PostgreSQL's driver 42.2.15 or later, this is "
                + connection.getMetaData().getDriverVersion() + ": update it");
    }

    private void end() throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
    }
}
