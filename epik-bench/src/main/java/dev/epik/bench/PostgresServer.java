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

/** One PostgreSQL for all who need one, as durable as a shop's; each gets a database of its own in it. */
public final class PostgresServer implements AutoCloseable {
    private static final Logger SILENT = Logger.getLogger("io.zonky");

    private final EmbeddedPostgres postgres;
    private int made;

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

    /** The database that is there from the start, for who needs but one. */
    public DataSource main() {
        return postgres.getPostgresDatabase();
    }

    /** The URL of an empty database. */
    public String fresh() throws SQLException {
        made++;
        String name = "bench" + made;
        run("CREATE DATABASE " + name);
        return postgres.getJdbcUrl("postgres", name);
    }

    /** What was made last is no longer needed; the next one shall not wait for its garbage. */
    public void dropLast() throws SQLException {
        run("DROP DATABASE bench" + made + " WITH (FORCE)");
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
