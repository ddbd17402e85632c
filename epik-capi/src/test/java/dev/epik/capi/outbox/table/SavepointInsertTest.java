// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests the effect on the shop's transaction if the driver, or a proxy around the connection, fails in ways that JDBC
 * does not provide for.
 */
class SavepointInsertTest {
    private final List<String> calls = new ArrayList<>();
    private final Map<String, Throwable> failures = new HashMap<>();
    private final Savepoint savepoint = proxy(Savepoint.class);
    private boolean autoCommit;

    private final Connection connection = (Connection) Proxy.newProxyInstance(
            SavepointInsertTest.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, given) -> {
                calls.add(method.getName());
                Throwable failure = failures.get(method.getName());
                if (failure != null) {
                    throw failure;
                }
                return switch (method.getName()) {
                    case "getAutoCommit" -> autoCommit;
                    case "setSavepoint" -> savepoint;
                    default -> null;
                };
            });

    private static <T> T proxy(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> null));
    }

    private EventStore.Added insert(Dialect dialect, Throwable failure) throws SQLException {
        return SavepointInsert.execute(connection, dialect, () -> {
            throw SavepointInsertTest.<RuntimeException>sneaky(failure);
        });
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T sneaky(Throwable e) throws T {
        throw (T) e;
    }

    static Stream<Throwable> failures() {
        return Stream.of(
                new SQLException("canary", "42601"),
                new IllegalStateException("canary"),
                new UnsupportedOperationException("canary"),
                new NoClassDefFoundError("canary"),
                new StackOverflowError("canary"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureIsContainedAfterTheRollbackToTheSavepoint(Throwable failure) {
        OutboxException e = assertThrows(OutboxException.class, () -> insert(Dialect.POSTGRESQL, failure));
        assertSame(failure, e.getCause());
        assertFalse(e.getMessage().contains("canary"), e::getMessage);
        assertEquals(List.of("getAutoCommit", "setSavepoint", "rollback"), calls);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureWhoseSavepointCannotBeRolledBackIsAnSqlException(Throwable failure) {
        for (Throwable second : List.of(new SQLException("gone"), new IllegalStateException("gone"))) {
            failures.put("rollback", second);
            SQLException e = assertThrows(SQLException.class, () -> insert(Dialect.POSTGRESQL, failure));
            assertTrue(e == failure || e.getCause() == failure);
            assertSame(second, e.getSuppressed()[e.getSuppressed().length - 1]);
        }
    }

    @ParameterizedTest
    @MethodSource("failures")
    void withoutASavepointEveryFailureIsAnSqlException(Throwable failure) {
        for (Throwable refusal : List.of(new SQLException("JTA"), new UnsupportedOperationException("JTA"))) {
            failures.put("setSavepoint", refusal);
            SQLException e = assertThrows(SQLException.class, () -> insert(Dialect.POSTGRESQL, failure));
            assertTrue(e == failure || e.getCause() == failure);
        }
    }

    @ParameterizedTest
    @MethodSource("failures")
    void inAutoCommitEveryFailureIsContained(Throwable failure) {
        autoCommit = true;
        OutboxException e = assertThrows(OutboxException.class, () -> insert(Dialect.POSTGRESQL, failure));
        assertSame(failure, e.getCause());
        assertEquals(List.of("getAutoCommit"), calls);
    }

    @Test
    void mariaDbDeadlockEndsTheTransactionEvenIfAProxyWrapsTheError() {
        SQLException deadlock = new SQLException("Deadlock found", "40001", 1213);
        for (Throwable failure : List.of(deadlock, new IllegalStateException(new RuntimeException(deadlock)))) {
            assertSame(deadlock, assertThrows(SQLException.class, () -> insert(Dialect.MARIADB, failure)));
        }
        assertFalse(calls.contains("rollback"));
    }

    @Test
    void errorsOfTheJvmReachTheCaller() {
        OutOfMemoryError error = new OutOfMemoryError("canary");
        assertSame(error, assertThrows(OutOfMemoryError.class, () -> insert(Dialect.POSTGRESQL, error)));
    }

    @Test
    void aConnectionThatFailsBeforeTheInsertIsAnSqlException() {
        failures.put("getAutoCommit", new IllegalStateException("canary"));
        assertThrows(SQLException.class, () -> insert(Dialect.POSTGRESQL, new SQLException()));
    }

    @Test
    void aSavepointThatCannotBeReleasedIsAnSqlException() {
        failures.put("releaseSavepoint", new IllegalStateException("canary"));
        assertThrows(
                SQLException.class,
                () -> SavepointInsert.execute(connection, Dialect.POSTGRESQL, () -> EventStore.Added.STORED));
    }

    @Test
    void successfulInsertReleasesItsSavepoint() throws SQLException {
        assertEquals(
                EventStore.Added.STORED,
                SavepointInsert.execute(connection, Dialect.POSTGRESQL, () -> EventStore.Added.STORED));
        assertEquals(List.of("getAutoCommit", "setSavepoint", "releaseSavepoint"), calls);
    }
}
