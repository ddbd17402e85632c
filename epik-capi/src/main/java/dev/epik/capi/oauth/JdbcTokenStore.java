// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import dev.epik.capi.EpikException;
import dev.epik.capi.oauth.spi.OAuthGrant;
import dev.epik.capi.oauth.spi.TokenStore;
import dev.epik.capi.oauth.spi.TokenStoreException;
import dev.epik.capi.pinterest.TokenEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Stores grants in a table of PostgreSQL or MariaDB, one row for each, for all nodes of a shop. The tokens are not
 * encrypted: any database user with read access to the table can send events.
 *
 * <p><b>Locks.</b> A renewal holds the lock of its row in a transaction of its own, during an HTTP exchange of up to 30
 * s. A timeout of the database for idle transactions must be longer than that. Locking needs READ COMMITTED, which is
 * set for that transaction only.
 *
 * <p><b>Threads.</b> Thread-safe. <b>Lifetime.</b> It has nothing to close. The data source stays the caller's.
 *
 * <p><b>In a crash</b>, or if the connection breaks during the exchange, an answer can be lost, because there is no
 * journal. If that happens after Pinterest has issued a new refresh token and before the commit, the new token is lost.
 * If Pinterest has already retired the old one, the account must be connected again. {@link FileTokenStore} does not
 * have this gap, but it serves one machine only.
 */
public final class JdbcTokenStore implements TokenStore {
    private static final int MAX_LOCK_SECONDS =
            (int) TokenEndpoint.DEADLINE.multipliedBy(2).plusSeconds(15).toSeconds();
    private static final String TABLE = "epik_oauth_grant";
    private static final int CREATE_ATTEMPTS = 3;

    private final DataSource database;
    private final String name;

    private JdbcTokenStore(DataSource database, String name) {
        this.database = database;
        this.name = name;
    }

    /**
     * Returns a store for one grant. Does no I/O: the database is first used when a token is needed.
     *
     * @param database not null
     * @param name the name of the grant's row, such as that of the ad account
     * @throws EpikException if the name is not 1 to 64 letters, digits, dots, underscores and hyphens
     */
    public static JdbcTokenStore of(DataSource database, String name) {
        if (!name.matches("[\\w.-]{1,64}")) {
            throw new EpikException(
                    "The name of the grant \"" + name + "\" is invalid: use 1 to 64 letters, digits, . _ -");
        }
        return new JdbcTokenStore(database, name);
    }

    /**
     * Creates the table if it is missing. It is never created otherwise. {@code epik-oauth-grant.sql} in this package
     * does the same.
     *
     * @throws TokenStoreException if the database fails or does not allow it
     */
    public void createTable() throws TokenStoreException {
        for (int attempt = 1; ; attempt++) {
            try {
                createOnce();
                return;
            } catch (SQLException e) {
                // Two nodes at once: PostgreSQL fails for one of them, although the statement has IF NOT EXISTS.
                if (attempt == CREATE_ATTEMPTS) {
                    throw failure("The table " + TABLE + " cannot be created", e);
                }
            }
        }
    }

    private void createOnce() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(script());
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        }
    }

    private static String script() {
        try (InputStream file = JdbcTokenStore.class.getResourceAsStream("epik-oauth-grant.sql")) {
            if (file == null) {
                throw new IllegalStateException("epik-oauth-grant.sql is not in the jar: was it repackaged?");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Lease lock() throws TokenStoreException {
        Connection connection;
        try {
            connection = database.getConnection();
        } catch (SQLException e) {
            throw failure("The database of the tokens cannot be reached", e);
        }
        JdbcLease lease = new JdbcLease(connection);
        try {
            lease.begin();
            return lease;
        } catch (SQLException e) {
            lease.close();
            throw failure("The row \"" + name + "\" of " + TABLE + " cannot be locked", e);
        } catch (EpikException | DateTimeException e) {
            lease.close();
            throw new TokenStoreException(
                    "The row \"" + name + "\" of " + TABLE
                            + " does not hold a valid grant: delete it and connect again",
                    true);
        }
    }

    /** Returns an exception with the SQL state only, because a driver's message may quote the row. */
    private static TokenStoreException failure(String what, SQLException cause) {
        String state = String.valueOf(cause.getSQLState());
        boolean noTable = state.equals("42P01") || state.equals("42S02");
        return new TokenStoreException(
                what + ": " + cause.getClass().getSimpleName() + ", SQL state " + state
                        + (noTable ? ". The table is missing: run epik-oauth-grant.sql, or createTable() once." : "."),
                noTable || state.startsWith("28") || state.startsWith("42"));
    }

    private final class JdbcLease implements Lease {
        private final Connection connection;
        private boolean autoCommit = true;
        private int isolation = Connection.TRANSACTION_READ_COMMITTED;
        private Optional<OAuthGrant> stored = Optional.empty();

        JdbcLease(Connection connection) {
            this.connection = connection;
        }

        void begin() throws SQLException {
            autoCommit = connection.getAutoCommit();
            isolation = connection.getTransactionIsolation();
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT access_token, issued_at, expires_at, refresh_token, refresh_expires_at FROM " + TABLE
                            + " WHERE name = ? FOR UPDATE")) {
                select.setQueryTimeout(MAX_LOCK_SECONDS);
                select.setString(1, name);
                try (ResultSet row = select.executeQuery()) {
                    stored = row.next() ? Optional.of(grant(row)) : Optional.empty();
                }
            }
        }

        /** Returns the grant as it was when the lock was taken. Since then no other process can have changed it. */
        @Override
        public Optional<OAuthGrant> load() {
            return stored;
        }

        /** Stores the grant and commits, which releases the lock. */
        @Override
        public void save(OAuthGrant grant) throws TokenStoreException {
            try {
                if (write(
                                "UPDATE " + TABLE + " SET access_token = ?, issued_at = ?, expires_at = ?,"
                                        + " refresh_token = ?, refresh_expires_at = ? WHERE name = ?",
                                grant)
                        == 0) {
                    write(
                            "INSERT INTO " + TABLE + " (access_token, issued_at, expires_at, refresh_token,"
                                    + " refresh_expires_at, name) VALUES (?, ?, ?, ?, ?, ?)",
                            grant);
                }
                connection.commit();
                stored = Optional.of(grant);
            } catch (SQLException e) {
                throw failure("The row \"" + name + "\" of " + TABLE + " cannot be written", e);
            }
        }

        private int write(String sql, OAuthGrant grant) throws SQLException {
            try (PreparedStatement write = connection.prepareStatement(sql)) {
                write.setString(1, grant.accessToken());
                write.setLong(2, grant.issuedAt().toEpochMilli());
                write.setLong(3, grant.expiresAt().toEpochMilli());
                write.setString(4, grant.refreshToken());
                if (grant.refreshExpiresAt().isPresent()) {
                    write.setLong(5, grant.refreshExpiresAt().get().toEpochMilli());
                } else {
                    write.setNull(5, Types.BIGINT);
                }
                write.setString(6, name);
                return write.executeUpdate();
            }
        }

        private static OAuthGrant grant(ResultSet row) throws SQLException {
            long refreshExpires = row.getLong(5);
            boolean unknown = row.wasNull();
            return new OAuthGrant(
                    row.getString(1),
                    Instant.ofEpochMilli(row.getLong(2)),
                    Instant.ofEpochMilli(row.getLong(3)),
                    row.getString(4),
                    unknown ? Optional.empty() : Optional.of(Instant.ofEpochMilli(refreshExpires)));
        }

        /** Restores the settings of the connection and returns it to its pool. The pool has to detect a broken one. */
        @Override
        public void close() {
            try (connection) {
                connection.rollback();
                connection.setTransactionIsolation(isolation);
                connection.setAutoCommit(autoCommit);
            } catch (SQLException ignored) {
                // a broken connection holds no lock
            }
        }
    }

    @Override
    public String toString() {
        return "JdbcTokenStore[" + name + "]";
    }
}
