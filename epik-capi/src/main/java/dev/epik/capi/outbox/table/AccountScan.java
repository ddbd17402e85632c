// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lists the ad accounts that have rows in a state, by jumping in an index from one ad account to the next. It reads a
 * few rows for each ad account, however many rows that has.
 *
 * <p>MariaDB cannot do that in a recursive query, but it jumps for a GROUP BY if its statistics say that ad accounts
 * have many rows. It renews them by itself.
 */
public final class AccountScan {
    /** Ad accounts on one page. It also bounds the depth of the recursion. */
    public static final int PAGE = 500;

    private final String accounts;
    private final String untimed;

    AccountScan(Dialect dialect, RowState state) {
        String rows = dialect.from(dialect.timeIndex(state)) + " WHERE state = " + state.number;
        String time = state.timeColumn;
        this.accounts = dialect == Dialect.MARIADB ? grouped(rows, time, "") : recursive(rows, time);
        this.untimed = dialect == Dialect.MARIADB ? grouped(rows, time, " AND " + time + " IS NULL") : "";
    }

    private static String grouped(String rows, String time, String which) {
        return "SELECT ad_account, MIN(" + time + "), 0 FROM " + rows + " AND ad_account > ?" + which
                + " GROUP BY state, ad_account ORDER BY state, ad_account LIMIT " + PAGE;
    }

    private static String recursive(String rows, String time) {
        String next = "(SELECT ad_account FROM " + rows + " AND ad_account > %s ORDER BY ad_account LIMIT 1)";
        return "WITH RECURSIVE page (id, n) AS (SELECT " + next.formatted("?") + ", 1 UNION ALL SELECT "
                + next.formatted("page.id") + ", n + 1 FROM page WHERE id IS NOT NULL AND n < " + PAGE + ")"
                + " SELECT id, (SELECT " + time + " FROM " + rows + " AND ad_account = id AND " + time
                + " IS NOT NULL ORDER BY " + time + " LIMIT 1), CASE WHEN EXISTS (SELECT 1 FROM " + rows
                + " AND ad_account = id AND " + time + " IS NULL) THEN 1 ELSE 0 END"
                + " FROM page WHERE id IS NOT NULL";
    }

    /**
     * Reads the next {@link #PAGE} ad accounts.
     *
     * @param after the last ad account of the page before; empty for the first page
     */
    List<Account> page(Connection connection, String after) throws SQLException {
        List<Account> page = read(connection, accounts, after);
        if (untimed.isEmpty() || page.isEmpty()) {
            return page;
        }
        Set<String> ids =
                read(connection, untimed, after).stream().map(Account::id).collect(Collectors.toSet());
        return page.stream()
                .map(account -> new Account(account.id(), account.earliest(), ids.contains(account.id())))
                .toList();
    }

    private static List<Account> read(Connection connection, String sql, String after) throws SQLException {
        List<Account> accounts = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, after);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    long first = rows.getLong(2);
                    Optional<Long> earliest = rows.wasNull() ? Optional.empty() : Optional.of(first);
                    accounts.add(new Account(rows.getString(1), earliest, rows.getInt(3) == 1));
                }
            }
        }
        return accounts;
    }

    /** Reads all ad accounts. */
    List<Account> all(Connection connection) throws SQLException {
        List<Account> all = new ArrayList<>();
        List<Account> page = page(connection, "");
        all.addAll(page);
        while (page.size() == PAGE) {
            page = page(connection, page.get(PAGE - 1).id());
            all.addAll(page);
        }
        return all;
    }

    /**
     * An ad account that has rows in the state.
     *
     * @param earliest the lowest time of them
     * @param hasUntimed whether some of them have no time
     */
    public record Account(String id, Optional<Long> earliest, boolean hasUntimed) {
        /** Returns the ad account after its rows were made ready at a time. */
        Account at(long ready) {
            return new Account(id, Optional.of(ready), false);
        }
    }
}
