// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A PostgreSQL server with the durability of production settings. Each candidate gets its own database in it. */
public final class PostgresServer implements AutoCloseable {
    private static final Logger SILENT = Logger.getLogger("io.zonky");

    private final EmbeddedPostgres postgres;
    private int databases;

    public PostgresServer() throws IOException {
        SILENT.setLevel(Level.WARNING);
        this.postgres = EmbeddedPostgres.builder()
                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .start();
    }

    /** Returns the default database. */
    public DataSource main() {
        return postgres.getPostgresDatabase();
    }

    /** Creates an empty database and returns its URL. */
    public String fresh() throws SQLException {
        databases++;
        String name = "bench" + databases;
        run("CREATE DATABASE " + name);
        return postgres.getJdbcUrl("postgres", name);
    }

    /** Drops the latest database and runs a checkpoint, so that its cleanup does not slow the next candidate. */
    public void dropLast() throws SQLException {
        run("DROP DATABASE bench" + databases + " WITH (FORCE)");
        run("CHECKPOINT");
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
