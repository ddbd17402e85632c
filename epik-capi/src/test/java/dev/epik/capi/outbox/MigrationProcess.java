// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.outbox.table.Dialect;
import dev.epik.testing.ChildJvm;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

/**
 * A process of a rolling migration from schema 1 to schema 2. Either it migrates the tables, or it stores events as a
 * node of schema 1 does until it is killed. It prints a line for each step that the database has confirmed.
 */
final class MigrationProcess {
    private MigrationProcess() {}

    static ChildJvm migrate(String url) throws Exception {
        return start(url, "migrate", "");
    }

    static ChildJvm storeAsSchema1(String url, Dialect dialect) throws Exception {
        return start(url, "store", dialect.name());
    }

    private static ChildJvm start(String... arguments) throws IOException {
        return ChildJvm.start(ChildJvm.prepare(ChildJvm.QUICK, MigrationProcess.class, arguments));
    }

    public static void main(String[] arguments) throws Exception {
        Thread listener = new Thread(OutboxProcess::listen);
        listener.setDaemon(true);
        listener.start();
        String url = arguments[0];
        Databases.of(url).getConnection().close(); // loads the classes of the driver
        if (arguments[1].equals("store")) {
            store(url, Dialect.valueOf(arguments[2]));
        } else {
            OutboxProcess.print("BEGUN");
            JdbcOutbox outbox =
                    JdbcOutbox.builder(Databases.of(url)).createTables(true).open();
            OutboxProcess.print("MIGRATED");
            outbox.close();
        }
    }

    private static void store(String url, Dialect dialect) throws SQLException {
        try (Connection connection = Databases.of(url).getConnection();
                Statement statement = connection.createStatement()) {
            for (int i = 0; ; i++) {
                String id = "old " + i;
                long urgentUntil = Instant.now().toEpochMilli() + 3_600_000;
                statement.executeUpdate(SchemaOneRows.insert(dialect, id, Instant.now(), false, urgentUntil));
                OutboxProcess.print("STORED " + id);
            }
        }
    }
}
