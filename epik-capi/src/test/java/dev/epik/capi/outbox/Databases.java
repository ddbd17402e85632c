// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import com.zaxxer.hikari.HikariDataSource;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Data sources of any driver, with and without a pool, and connections that fail on request. */
final class Databases {
    /** The pools by their URL. They end with the JVM. */
    private static final Map<String, HikariDataSource> POOLS = new ConcurrentHashMap<>();

    private Databases() {}

    static DataSource of(String url) {
        return new ByUrl(url);
    }

    /** Returns a pool, as shops have one: each new connection costs tens of ms. */
    static DataSource pooled(String url) {
        return POOLS.computeIfAbsent(url, each -> {
            HikariDataSource pool = new HikariDataSource();
            pool.setJdbcUrl(each);
            pool.setMaximumPoolSize(20);
            pool.setMinimumIdle(0);
            return pool;
        });
    }

    /** Returns a data source with empty tables of the outbox. */
    static void empty(String url) throws SQLException {
        JdbcOutbox.builder(pooled(url)).createTables(true).open().close();
        try (Connection connection = pooled(url).getConnection();
                Statement statement = connection.createStatement()) {
            // a test may have left a million; deleted, PostgreSQL keeps them for a while
            statement.executeUpdate("TRUNCATE TABLE epik_outbox");
            statement.executeUpdate("TRUNCATE TABLE epik_books");
            statement.executeUpdate("TRUNCATE TABLE epik_pause");
        }
    }

    /** The code of a test that runs instead of a method, or before it. */
    @FunctionalInterface
    interface Instead {
        @Nullable
        Object call(String method, @Nullable Object[] arguments, Real real) throws Throwable;
    }

    /** Calls the real method. */
    @FunctionalInterface
    interface Real {
        @Nullable
        Object call() throws Throwable;
    }

    /** Returns a connection with replaced methods. A statement that also commits counts as the method "commit". */
    static Connection with(Connection connection, Instead instead) {
        return proxy(Connection.class, connection, (method, arguments, real) -> {
            Object result = instead.call(method, arguments, real);
            return result instanceof PreparedStatement statement
                            && String.valueOf(arguments[0]).endsWith("; COMMIT")
                    ? committing(statement, instead)
                    : result;
        });
    }

    private static PreparedStatement committing(PreparedStatement statement, Instead instead) {
        return proxy(
                PreparedStatement.class,
                statement,
                (method, arguments, real) ->
                        method.equals("execute") ? instead.call("commit", arguments, real) : real.call());
    }

    private static <T> T proxy(Class<T> type, T target, Instead instead) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Object[] given = arguments == null ? new Object[0] : arguments;
                    return instead.call(method.getName(), given, () -> {
                        try {
                            return method.invoke(target, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
                }));
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
