// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreErrorTest {
    @ParameterizedTest
    @CsvSource({
        "55P03, 0, LOCKED",
        "HY000, 1205, LOCKED",
        "40001, 1213, CONFLICT",
        "40P01, 0, CONFLICT",
        "08006, 0, CONNECTION",
        "57P01, 0, CONNECTION",
        "57014, 0, CONNECTION",
        "25006, 0, CONNECTION",
        "HY000, 1290, CONNECTION",
        "HY000, 1836, CONNECTION",
        "70100, 1317, CONNECTION",
        "42P01, 0, EVERY_EVENT",
        "42S02, 1146, EVERY_EVENT",
        "53100, 0, EVERY_EVENT",
        "HY000, 1114, EVERY_EVENT",
        "22021, 0, ONE_EVENT",
        "22001, 1406, ONE_EVENT",
        "54000, 0, ONE_EVENT",
        "HY000, 1366, ONE_EVENT"
    })
    void errorsOfTheDatabaseAreDistinguished(String state, int code, StoreError expected) {
        assertEquals(expected, StoreError.of(new SQLException("canary", state, code)));
    }

    @Test
    void errorsWithoutAStateAreDistinguishedByType() {
        assertEquals(StoreError.CONNECTION, StoreError.of(new SQLTransientConnectionException("canary")));
        assertEquals(StoreError.CONNECTION, StoreError.of(new SQLTimeoutException("canary")));
        assertEquals(StoreError.UNKNOWN, StoreError.of(new IllegalStateException("canary")));
        assertEquals(StoreError.CONNECTION, StoreError.of(new SQLException("canary")));
    }
}
