// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdbcErrorsTest {
    /** The columns are name, SQL state, code, classes. "sure" is an error after which nothing was committed. */
    @ParameterizedTest(name = "{0} is {3}")
    @CsvSource(nullValues = "-", textBlock = """
            PostgreSQL: connection failure,                     08006, 0,    lost
            PostgreSQL: connection does not exist,              08003, 0,    lost
            PgBouncer: server connection crashed,               08P01, 0,    lost
            PostgreSQL: admin shutdown,                         57P01, 0,    lost
            PostgreSQL: crash shutdown,                         57P02, 0,    lost
            PostgreSQL: cannot connect now,                     57P03, 0,    lost
            PostgreSQL: idle in transaction for too long,       25P03, 0,    lost
            PostgreSQL: transaction timeout,                    25P04, 0,    lost
            PostgreSQL: read-only transaction,                  25006, 0,    lost readOnly sure
            PostgreSQL: serialization failure,                  40001, 0,    again sure
            PostgreSQL: deadlock,                               40P01, 0,    again sure
            PostgreSQL: completion unknown,                     40003, 0,    again
            PostgreSQL: lock not available,                     55P03, 0,    locked sure
            PostgreSQL: character not in repertoire,            22021, 0,    badRow sure
            PostgreSQL: value too long,                         22001, 0,    badRow sure
            PostgreSQL: unique violation,                       23505, 0,    badRow sure
            PostgreSQL: check violation or no partition,        23514, 0,    badRow sure
            PostgreSQL: a trigger raises,                       P0001, 0,    badRow sure
            PostgreSQL: index row too large,                    54000, 0,    badRow sure
            PostgreSQL: a cancelled statement,                  57014, 0,    none
            PostgreSQL: transaction is aborted,                 25P02, 0,    none
            PostgreSQL: disk full,                              53100, 0,    sure
            PostgreSQL: missing table,                          42P01, 0,    sure
            MariaDB: deadlock,                                  40001, 1213, again sure
            MariaDB: row changed since the snapshot,            HY000, 1020, again sure
            MariaDB: lock wait timeout,                         HY000, 1205, locked
            MySQL: NOWAIT,                                      HY000, 3572, locked
            MariaDB: --read-only,                               HY000, 1290, lost readOnly sure
            MariaDB: read-only mode,                            HY000, 1836, lost readOnly sure
            MariaDB: read-only transaction,                     25006, 1792, lost readOnly sure
            MariaDB: shutdown,                                  08S01, 1053, lost
            MariaDB: connection was killed,                     70100, 1927, lost
            MariaDB: no primary component (Galera),             08S01, 1047, lost
            MariaDB: packet too large,                          08S01, 1153, lost badRow
            MariaDB: server has gone away,                      HY000, 2006, lost
            MariaDB: data too long,                             22001, 1406, badRow sure
            MariaDB: wrong characters,                          HY000, 1366, badRow
            MariaDB: duplicate,                                 23000, 1062, badRow sure
            MariaDB: CHECK,                                     23000, 4025, badRow sure
            MariaDB: no partition,                              HY000, 1526, badRow
            MariaDB: a trigger signals,                         45000, 1644, badRow
            MariaDB: disk full,                                 HY000, 1021, none
            MariaDB: error during commit,                       HY000, 1180, none
            a pool: connection is closed,                       -,     0,    lost
            """)
    void errorsAreClassifiedBySqlStateAndCode(String what, String state, int code, String classes) {
        Set<String> expected = classes.equals("none") ? Set.of() : new TreeSet<>(Set.of(classes.split(" ")));
        assertEquals(expected, classes(new SQLException(what, state, code)));
        // the driver of MariaDB uses this type for all errors with SQL state HY000
        assertEquals(expected, classes(new SQLTransientConnectionException(what, state, code)));
    }

    private static Set<String> classes(SQLException e) {
        Set<String> classes = new TreeSet<>();
        add(classes, "lost", JdbcErrors.isConnectionLost(e));
        add(classes, "again", JdbcErrors.isWorthAnotherTry(e));
        add(classes, "locked", JdbcErrors.isLocked(e));
        add(classes, "badRow", JdbcErrors.isBadRow(e));
        add(classes, "readOnly", JdbcErrors.isReadOnly(e));
        add(classes, "sure", JdbcErrors.isSurelyNotCommitted(e));
        return classes;
    }

    private static void add(Set<String> classes, String name, boolean isMember) {
        if (isMember) {
            classes.add(name);
        }
    }

    @Test
    void someExceptionTypesMeanALostConnectionForEveryState() {
        for (SQLException e : new SQLException[] {
            new SQLTimeoutException("canary", "70100", 1969),
            new SQLRecoverableException("canary", "99999", 17002),
            new SQLNonTransientConnectionException("canary", "HY000", 1)
        }) {
            assertTrue(JdbcErrors.isConnectionLost(e), e.getClass().getName());
            assertFalse(JdbcErrors.isSurelyNotCommitted(e));
        }
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            25006, 0,    let the data source lead to the primary; nothing was changed
            HY000, 1290, let the data source lead to the primary; nothing was changed
            HY000, 1205, another transaction has held a lock for too long
            HY000, 1020, conflicts with other transactions
            22021, 0,    it refused a value
            08006, 0,    the connection broke; what was to be stored may have been
            -,     0,    the connection broke; what was to be stored may have been
            28P01, 0,    it refuses the login of the data source's user
            HY000, 9999, look into the database's log
            """)
    void theDescriptionNamesTheCureAndNotTheDriversWords(String state, int code, String cure) {
        String described = JdbcErrors.describe(new SQLTransientConnectionException("canary", state, code));
        assertTrue(described.contains(cure), described);
        assertFalse(described.contains("canary"), described);
    }
}
