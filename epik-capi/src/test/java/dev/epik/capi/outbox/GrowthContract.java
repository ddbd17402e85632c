// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.table.Dialect;
import dev.epik.capi.outbox.table.Fingerprint;
import dev.epik.capi.outbox.table.OutboxTable;
import dev.epik.capi.outbox.table.RowState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests that the cost of peeks, claims and the list of due ad accounts is independent of the number of waiting events.
 * The database counts the rows that it reads; no time is measured.
 */
@Timeout(900)
abstract class GrowthContract {
    static final long NOW = 1_793_527_200_000L;
    private static final String ACCOUNT = "1";
    private static final String INSERT = "INSERT INTO epik_outbox (event_key, ad_account, state, name, event_id, json,"
            + " bytes, happened_at, offline, redriven, stored_at, urgent_until, ready_at)"
            + " VALUES (?, ?, ?, 'checkout', ?, '{}', 2, 0, ?, 0, ?, ?, ?)";

    private static final List<String> OPERATIONS = List.of(
            "due ad accounts",
            "peek of 100",
            "online claim of 100 in time and 100 late",
            "offline claim of 100",
            "suspect claim of 100");

    /** The databases read smaller tables entirely, which would make the limit too high. */
    private static final int FEW = 12_000;

    private final Dialect dialect;
    private final OutboxTable table;

    GrowthContract(Dialect dialect) {
        this.dialect = dialect;
        this.table = new OutboxTable(dialect);
    }

    /** Connects to empty tables. */
    abstract Connection connect() throws Exception;

    /** Returns the reads of this connection that the database has counted. */
    abstract long work(Connection connection) throws SQLException;

    /** Renews the statistics of the table. */
    void analyze(Statement statement) throws SQLException {
        statement.execute("ANALYZE");
    }

    @Test
    void aHundredThousandEventsCostNoMoreThanTenThousand() throws Exception {
        growTo(100_000);
    }

    @Test
    @Tag("full")
    @Tag("scale")
    void aMillionEventsCostNoMoreThanTenThousand() throws Exception {
        growTo(1_000_000);
    }

    private void growTo(int many) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            fill(connection, 1, FEW);
            analyze(statement);
            long[] few = costs(connection);
            fill(connection, FEW + 1, many);
            long[] uncounted = costs(connection);
            analyze(statement);
            long[] counted = costs(connection);
            for (int i = 0; i < few.length; i++) {
                String what = dialect + ", " + OPERATIONS.get(i) + ": " + unit() + " " + few[i] + " at " + FEW
                        + " waiting, " + counted[i] + " at " + many + ", " + uncounted[i] + " with old statistics";
                System.out.println("EPIK: " + what);
                assertTrue(few[i] > 0 && counted[i] < 2 * few[i] && uncounted[i] < 2 * few[i], what);
            }
            assertPlans(connection, statement);
        }
    }

    String unit() {
        return "rows read";
    }

    /** Adds events of all kinds in equal shares; every thousandth is of another ad account. */
    private void fill(Connection connection, int from, int to) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (int i = from; i <= to; i++) {
                String account = i % 1000 == 0 ? Integer.toString(2 + i / 1000 % 3) : ACCOUNT;
                boolean offline = i % 4 == 2;
                long urgentUntil = i % 4 == 0 ? NOW + i : NOW - i;
                insert.setBytes(1, Fingerprint.of(new StoredEvent.Key(account, "checkout", "" + i)));
                insert.setString(2, account);
                insert.setInt(3, (i % 4 == 3 ? RowState.SUSPECT : RowState.WAITING).number);
                insert.setString(4, "" + i);
                insert.setInt(5, offline ? 1 : 0);
                insert.setLong(6, NOW - i);
                insert.setLong(7, offline ? 0 : urgentUntil);
                insert.setLong(8, NOW - i);
                insert.addBatch();
                if (i % 1000 == 0 || i == to) {
                    insert.executeBatch();
                }
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    private long[] costs(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        long[] costs = {
            cost(connection, () -> {
                assertEquals(
                        4, table.accounts(connection, RowState.WAITING, "", NOW).size());
                assertEquals(
                        1, table.accounts(connection, RowState.SUSPECT, "", NOW).size());
            }),
            cost(
                    connection,
                    () -> assertEquals(
                            100, table.peek(connection, ACCOUNT, 100, NOW).ready())),
            cost(connection, () -> {
                assertEquals(100, claim(connection, ClaimKind.ONLINE, 100, NOW));
                assertEquals(
                        100,
                        claim(connection, ClaimKind.ONLINE, 100, NOW + 10_000_000)); // all events are late at this time
            }),
            cost(connection, () -> assertEquals(100, claim(connection, ClaimKind.OFFLINE, 100, NOW))),
            cost(connection, () -> assertEquals(100, claim(connection, ClaimKind.SUSPECT, 100, NOW)))
        };
        connection.rollback();
        connection.setAutoCommit(true);
        return costs;
    }

    /** An operation that may fail. */
    @FunctionalInterface
    private interface Action {
        void run() throws SQLException;
    }

    private long cost(Connection connection, Action action) throws SQLException {
        long before = work(connection);
        action.run();
        return work(connection) - before;
    }

    private int claim(Connection connection, ClaimKind kind, int max, long now) throws SQLException {
        return table.claim(connection, ACCOUNT, kind, max, 1 << 20, Duration.ofMinutes(3), Optional.empty(), now)
                .orElseThrow()
                .claimed()
                .size();
    }

    private void assertPlans(Connection connection, Statement statement) throws SQLException {
        List<String> selects = new ArrayList<>();
        Connection recording = Databases.with(connection, (method, arguments, real) -> {
            String sql = arguments.length == 0 ? "" : String.valueOf(arguments[0]);
            if (method.equals("prepareStatement") && sql.matches("(SELECT|WITH).*epik_outbox.*")) {
                selects.add(sql);
            }
            return real.call();
        });
        connection.setAutoCommit(false);
        table.peek(recording, ACCOUNT, 1_000_000_000, NOW);
        for (ClaimKind kind : ClaimKind.values()) {
            claim(recording, kind, 2000, NOW);
        }
        for (RowState state : RowState.values()) {
            table.accounts(recording, state, "", NOW);
        }
        connection.rollback();
        connection.setAutoCommit(true);
        assertTrue(selects.size() >= 9, selects::toString);
        for (String select : selects) {
            String sql = select.replace("ad_account = ?", "ad_account = '1'")
                    .replace("ad_account > ?", "ad_account > ''")
                    .replace("LIMIT ?", "LIMIT 100")
                    .replace("?", Long.toString(NOW));
            String plan = plan(statement, sql);
            assertTrue(plan.matches("(?s).*epik_outbox_(ready|urgent|suspect|dead|delivered|settled).*"), sql + plan);
            assertFalse(plan.matches("(?s).*(sort|Sort|Seq Scan on epik_outbox|TEMP B-TREE).*"), sql + "\n" + plan);
        }
    }

    private String plan(Statement statement, String sql) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (ResultSet rows =
                statement.executeQuery((dialect == Dialect.SQLITE ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") + sql)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                for (int i = 1; i <= columns; i++) {
                    plan.append(rows.getString(i)).append(' ');
                }
                plan.append('\n');
            }
        }
        return plan.toString();
    }

    static long sum(Connection connection, String sql) throws SQLException {
        long sum = 0;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            int last = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                sum += rows.getLong(last);
            }
        }
        return sum;
    }
}
