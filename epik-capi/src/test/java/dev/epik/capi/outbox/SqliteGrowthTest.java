// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.ProgressHandler;

class SqliteGrowthTest extends GrowthContract {
    private final AtomicLong instructions = new AtomicLong();

    @TempDir
    private Path directory;

    SqliteGrowthTest() {
        super(Dialect.SQLITE);
    }

    @Override
    Connection connect() throws SQLException {
        Path file = directory.resolve("outbox.db");
        SqliteOutbox.open(file).close();
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        ProgressHandler.setHandler(connection, 1, new ProgressHandler() {
            @Override
            protected int progress() {
                instructions.incrementAndGet();
                return 0;
            }
        });
        return connection;
    }

    @Override
    String unit() {
        return "instructions of its machine";
    }

    @Override
    String key() {
        return "randomblob(32)";
    }

    @Override
    String numbers(int from, int to) {
        return "(WITH RECURSIVE n(i) AS (SELECT " + from + " UNION ALL SELECT i + 1 FROM n WHERE i < " + to
                + ") SELECT i FROM n)";
    }

    @Override
    long work(Connection connection) {
        return instructions.get();
    }
}
