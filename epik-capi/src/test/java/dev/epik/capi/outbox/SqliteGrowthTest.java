// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import dev.epik.capi.outbox.table.Dialect;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;
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
        // not by the driver manager: a Tomcat that stops in another test deregisters the driver
        Connection connection = JDBC.createConnection("jdbc:sqlite:" + file, new Properties());
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
        return "instructions of its virtual machine";
    }

    @Override
    long work(Connection connection) {
        return instructions.get();
    }
}
