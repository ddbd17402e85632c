// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A data source of any driver, without a pool; and connections that misbehave. */
final class Databases {
    private Databases() {}

    static DataSource of(String url) {
        return new ByUrl(url);
    }

    /** With the tables of the outbox, and nothing in them. */
    static void empty(String url) throws SQLException {
        JdbcOutbox.builder(of(url)).createTables(true).open().close();
        try (Connection connection = of(url).getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    "TRUNCATE TABLE epik_outbox"); // a test may have left a million; deleted, PostgreSQL keeps them for
            // a while
            statement.executeUpdate("TRUNCATE TABLE epik_books");
            statement.executeUpdate("TRUNCATE TABLE epik_pause");
        }
    }

    /** What a test does in place of a method, or before it. */
    @FunctionalInterface
    interface Instead {
        @Nullable
        Object call(String method, @Nullable Object[] arguments, Real real) throws Throwable;
    }

    /** The method itself. */
    @FunctionalInterface
    interface Real {
        @Nullable
        Object call() throws Throwable;
    }

    static Connection with(Connection connection, Instead instead) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    Object[] given = arguments == null ? new Object[0] : arguments;
                    return instead.call(method.getName(), given, () -> {
                        try {
                            return method.invoke(connection, arguments);
                        } catch (java.lang.reflect.InvocationTargetException failed) {
                            throw failed.getCause();
                        }
                    });
                });
    }

    private record ByUrl(String url) implements DataSource {
        @Override
        public Connection getConnection() throws SQLException {
            return DriverManager.getConnection(url);
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return DriverManager.getConnection(url, user, password);
        }

        @Override
        public @Nullable PrintWriter getLogWriter() {
            return null;
        }

        @Override
        public void setLogWriter(PrintWriter out) {}

        @Override
        public void setLoginTimeout(int seconds) {}

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLException();
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
