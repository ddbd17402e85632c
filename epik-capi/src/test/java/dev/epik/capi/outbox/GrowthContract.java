// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peek and a claim cost the same whatever waits: by what the database itself counts, not by a stopwatch. */
@Timeout(600)
abstract class GrowthContract {
    static final long NOW = 1_793_527_200_000L;
    private static final String COLUMNS =
            "INSERT INTO epik_outbox (event_key, ad_account, state, name, event_id, json, bytes,"
                    + " happened_at, offline, redriven, stored_at, urgent_until, ready_at) ";

    /** One that still counts as web, one that does not, and so on. */
    private static final String VALUES = ", '1', 0, 'checkout', i, '{}', 2, 0, 0, 0, " + NOW
            + " - i, CASE WHEN i % 2 = 0 THEN " + NOW + " + i ELSE 0 END, " + NOW + " - i FROM ";

    /** Smaller tables are read whole, and would allow too much. */
    private static final int FEW = 10_000;

    private final Dialect dialect;
    private final OutboxTable table;

    GrowthContract(Dialect dialect) {
        this.dialect = dialect;
        this.table = new OutboxTable(dialect);
    }

    /** To a table that is empty. */
    abstract Connection connect() throws Exception;

    /** The expression of a key of 32 bytes, made of {@code i}. */
    abstract String key();

    /** A table of the numbers from and to, as {@code i}. */
    abstract String numbers(int from, int to);

    /** Whatever the database counts up as this connection reads. */
    abstract long work(Connection connection) throws SQLException;

    /** What is done to the statistics after so much was filled in. */
    void analyze(Statement statement) throws SQLException {
        statement.execute("ANALYZE");
    }

    @Test
    void aHundredThousandWaitingCostNoMoreThanTenThousand() throws Exception {
        growTo(100_000);
    }

    @Test
    @Tag("full")
    void aMillionWaitingCostNoMoreThanTenThousand() throws Exception {
        growTo(1_000_000);
    }

    private void growTo(int many) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            fill(statement, 1, FEW);
            analyze(statement);
            long few = cost(connection);
            fill(statement, FEW + 1, many);
            long uncounted = cost(connection);
            analyze(statement);
            long counted = cost(connection);
            System.out.println(
                    "EPIK: " + dialect + ", peek and claim of 100: " + unit() + " " + few + " at " + FEW + " waiting, "
                            + counted + " at " + many + ", " + uncounted + " before the planner had counted them");
            assertTrue(few > 0 && counted < 2 * few, "it grows");
            assertTrue(uncounted < 2 * few, "it grows while the statistics are old");
            assertPlans(connection, statement);
        }
    }

    String unit() {
        return "rows read";
    }

    private void fill(Statement statement, int from, int to) throws SQLException {
        statement.executeUpdate(COLUMNS + "SELECT " + key() + VALUES + numbers(from, to));
    }

    private long cost(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        long before = work(connection);
        assertEquals(100, table.peek(connection, "1", 100, NOW).ready());
        assertEquals(
                100,
                table.claim(connection, "1", 100, 1 << 20, Duration.ofMinutes(3), NOW)
                        .orElseThrow()
                        .claimed()
                        .size());
        long cost = work(connection) - before;
        connection.rollback();
        connection.setAutoCommit(true);
        return cost;
    }

    private void assertPlans(Connection connection, Statement statement) throws SQLException {
        List<String> selects = new ArrayList<>();
        Connection recording = Databases.with(connection, (method, arguments, real) -> {
            String sql = arguments.length == 0 ? "" : String.valueOf(arguments[0]);
            if (method.equals("prepareStatement") && sql.startsWith("SELECT") && sql.contains("epik_outbox")) {
                selects.add(sql);
            }
            return real.call();
        });
        connection.setAutoCommit(false);
        table.peek(recording, "1", 1_000_000_000, NOW);
        table.claim(recording, "1", 1000, 1 << 20, Duration.ofMinutes(3), NOW);
        table.claim(recording, "2", 1000, 1 << 20, Duration.ofMinutes(3), NOW);
        connection.rollback();
        connection.setAutoCommit(true);
        assertTrue(selects.size() >= 4, selects::toString);
        for (String select : selects) {
            String sql = select.replaceFirst("\\?", "'1'")
                    .replace("LIMIT ?", "LIMIT 100")
                    .replace("?", Long.toString(NOW));
            String plan = plan(statement, sql);
            assertTrue(plan.contains("epik_outbox_ready") || plan.contains("epik_outbox_urgent"), sql + "\n" + plan);
            assertFalse(plan.contains("sort") || plan.contains("Sort") || plan.contains("TEMP B-TREE"), plan);
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
