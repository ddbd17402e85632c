// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.oauth;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikException;
import dev.epik.capi.oauth.spi.TokenStore;
import dev.epik.capi.oauth.spi.TokenStoreException;
import dev.epik.capi.outbox.Postgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/** Runs on a real PostgreSQL. */
class JdbcTokenStoreTest extends TokenStoreContract {
    @BeforeAll
    static void start() throws Exception {
        Postgres.start();
    }

    @BeforeEach
    void createTable() throws Exception {
        execute("DROP TABLE IF EXISTS epik_oauth_grant");
        open().createTable();
        open().createTable();
    }

    @Override
    JdbcTokenStore open() {
        return JdbcTokenStore.of(database(), ACCOUNT);
    }

    private static DataSource database() {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(Postgres.url());
        return database;
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    @Test
    void grantsOfDifferentNamesAreIndependent() throws Exception {
        try (TokenStore.Lease lease = open().lock();
                TokenStore.Lease other =
                        JdbcTokenStore.of(database(), "another").lock()) {
            lease.save(grant("one", Optional.empty()));
            assertEquals(Optional.empty(), other.load());
            other.save(grant("two", Optional.empty()));
        }
        try (TokenStore.Lease lease = open().lock()) {
            assertEquals(Optional.of(grant("one", Optional.empty())), lease.load());
        }
    }

    @Test
    void aMissingTableIsReportedWithTheCureAndNotCreated() throws Exception {
        execute("DROP TABLE epik_oauth_grant");
        var missing = assertThrows(TokenStoreException.class, () -> open().lock());
        assertTrue(
                missing.needsOperator() && missing.getMessage().contains("createTable() once"), missing.getMessage());
        assertThrows(TokenStoreException.class, () -> open().lock());
    }

    /** The statement of the second node waits for the first one, and fails then, although it has IF NOT EXISTS. */
    @Test
    @Timeout(60)
    void twoNodesCreateTheTableAtOnce() throws Exception {
        execute("DROP TABLE epik_oauth_grant");
        try (Connection first = database().getConnection();
                Statement statement = first.createStatement()) {
            first.setAutoCommit(false);
            statement.executeUpdate("CREATE TABLE epik_oauth_grant (name VARCHAR(64) NOT NULL PRIMARY KEY)");
            CompletableFuture<Void> second = CompletableFuture.runAsync(() -> {
                try {
                    open().createTable();
                } catch (TokenStoreException e) {
                    throw new CompletionException(e);
                }
            });
            while (!isOneWaitingForALock()) {
                Thread.sleep(10);
            }
            first.commit();
            second.get();
        }
    }

    private static boolean isOneWaitingForALock() throws SQLException {
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                        + " AND query LIKE '%epik_oauth_grant%'")) {
            return row.next();
        }
    }

    @Test
    void aDamagedRowIsReportedWithoutItsContent() throws Exception {
        execute("INSERT INTO epik_oauth_grant VALUES ('549755885175', 'canary token', 0, 0, 'canary', NULL)");
        var damaged = assertThrows(TokenStoreException.class, () -> open().lock());
        assertTrue(damaged.needsOperator() && damaged.getMessage().contains("delete it and connect again"));
        assertTrue(!damaged.getMessage().contains("canary"));
    }

    @Test
    void storesTimesAsEpochMilliseconds() throws Exception {
        try (TokenStore.Lease lease = open().lock()) {
            lease.save(grant("one", Optional.empty()));
        }
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT issued_at, refresh_expires_at FROM epik_oauth_grant")) {
            assertTrue(row.next());
            assertEquals(1_793_527_200_123L, row.getLong(1));
            assertEquals(null, row.getObject(2));
        }
    }

    @Test
    void restoresTheSettingsOfTheConnection() throws Exception {
        try (Connection connection = database().getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            Connection lent = unclosed(connection);
            DataSource pool = pool(lent);
            try (TokenStore.Lease lease = JdbcTokenStore.of(pool, "pooled").lock()) {
                assertEquals(Connection.TRANSACTION_READ_COMMITTED, lent.getTransactionIsolation());
                lease.save(grant("one", Optional.empty()));
            }
            assertTrue(connection.getAutoCommit());
            assertEquals(Connection.TRANSACTION_SERIALIZABLE, connection.getTransactionIsolation());
        }
    }

    private static Connection unclosed(Connection connection) {
        return proxy(
                Connection.class,
                (proxy, method, arguments) ->
                        method.getName().equals("close") ? null : method.invoke(connection, arguments));
    }

    private static DataSource pool(Connection connection) {
        return proxy(DataSource.class, (proxy, method, arguments) -> connection);
    }

    private static <T> T proxy(Class<T> type, java.lang.reflect.InvocationHandler handler) {
        return type.cast(
                java.lang.reflect.Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Test
    void anInvalidNameIsRejected() {
        assertThrows(EpikException.class, () -> JdbcTokenStore.of(database(), "a b"));
    }
}
