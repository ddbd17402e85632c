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
 * Grants in a table of PostgreSQL or MariaDB, one row each, for all nodes of a shop. The tokens stand there in clear: who
 * may read the table may send events.
 *
 * <p>A renewal holds the row's lock in a transaction of its own, for an HTTP exchange of up to 30 s: a database that ends
 * idle transactions sooner must not do so here. Locking needs READ COMMITTED, which is set for that transaction alone.
 *
 * <p><b>In a crash</b>, and where the connection breaks during the exchange: there is no journal here. A process killed in
 * the moment between Pinterest's answer and the commit loses the new refresh token, and where Pinterest has retired the old
 * one by then, people must connect again. {@link FileTokenStore} does not have this gap, and serves one machine only.
 */
public final class JdbcTokenStore implements TokenStore {
    private static final int PATIENCE_SECONDS =
            (int) TokenEndpoint.DEADLINE.multipliedBy(2).plusSeconds(15).toSeconds();
    private static final String TABLE = "epik_oauth_grant";

    private final DataSource database;
    private final String name;

    private JdbcTokenStore(DataSource database, String name) {
        this.database = database;
        this.name = name;
    }

    /**
     * Touches the database only when a token is asked for.
     *
     * @param name of the row, such as the ad account's: one grant each
     */
    public static JdbcTokenStore of(DataSource database, String name) {
        if (!name.matches("[\\w.-]{1,64}")) {
            throw new EpikException("The grant's name \"" + name + "\" is none: up to 64 letters, digits, . _ -");
        }
        return new JdbcTokenStore(database, name);
    }

    /** Creates the table where it is missing. Nothing else does: {@code epik-oauth-grant.sql} in this package is the same. */
    public void createTable() throws TokenStoreException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(script());
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        } catch (SQLException trouble) {
            throw trouble("The table " + TABLE + " cannot be created", trouble);
        }
    }

    private static String script() {
        try (InputStream file = JdbcTokenStore.class.getResourceAsStream("epik-oauth-grant.sql")) {
            if (file == null) {
                throw new IllegalStateException("epik-oauth-grant.sql is not in the jar: was it repackaged?");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public Lease lock() throws TokenStoreException {
        Connection connection;
        try {
            connection = database.getConnection();
        } catch (SQLException trouble) {
            throw trouble("The database of the tokens cannot be reached", trouble);
        }
        Held held = new Held(connection);
        try {
            held.begin();
            return held;
        } catch (SQLException trouble) {
            held.close();
            throw trouble("The row \"" + name + "\" of " + TABLE + " cannot be locked", trouble);
        } catch (EpikException | DateTimeException damaged) {
            held.close();
            throw new TokenStoreException(
                    "The row \"" + name + "\" of " + TABLE + " holds no grant: delete it and connect again", true);
        }
    }

    /** The state alone: a driver's message may quote the row. */
    private static TokenStoreException trouble(String what, SQLException cause) {
        String state = String.valueOf(cause.getSQLState());
        boolean noTable = state.equals("42P01") || state.equals("42S02");
        return new TokenStoreException(
                what + ": " + cause.getClass().getSimpleName() + ", SQL state " + state
                        + (noTable ? ". The table is missing: run epik-oauth-grant.sql, or createTable() once." : "."),
                noTable || state.startsWith("28") || state.startsWith("42"));
    }

    private final class Held implements Lease {
        private final Connection connection;
        private boolean autoCommit = true;
        private int isolation = Connection.TRANSACTION_READ_COMMITTED;
        private Optional<OAuthGrant> stored = Optional.empty();

        Held(Connection connection) {
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
                select.setQueryTimeout(PATIENCE_SECONDS);
                select.setString(1, name);
                try (ResultSet row = select.executeQuery()) {
                    stored = row.next() ? Optional.of(grant(row)) : Optional.empty();
                }
            }
        }

        /** As it was when the lock was taken: nobody else has changed it since. */
        @Override
        public Optional<OAuthGrant> load() {
            return stored;
        }

        /** The commit gives the lock back; by then nothing is left to do under it. */
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
            } catch (SQLException trouble) {
                throw trouble("The row \"" + name + "\" of " + TABLE + " cannot be written", trouble);
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
            boolean untold = row.wasNull();
            return new OAuthGrant(
                    row.getString(1),
                    Instant.ofEpochMilli(row.getLong(2)),
                    Instant.ofEpochMilli(row.getLong(3)),
                    row.getString(4),
                    untold ? Optional.empty() : Optional.of(Instant.ofEpochMilli(refreshExpires)));
        }

        /** A pool gets its connection back as it was; one that is broken is the pool's to find out. */
        @Override
        public void close() {
            try (connection) {
                connection.rollback();
                connection.setTransactionIsolation(isolation);
                connection.setAutoCommit(autoCommit);
            } catch (SQLException broken) {
                // a broken connection holds no lock
            }
        }
    }

    @Override
    public String toString() {
        return "JdbcTokenStore[" + name + "]";
    }
}
