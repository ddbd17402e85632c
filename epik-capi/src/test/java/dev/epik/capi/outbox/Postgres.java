// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One server for all tests, with the durability settings of a shop. It ends with the JVM. */
public final class Postgres {
    private static @Nullable EmbeddedPostgres server;

    private Postgres() {}

    public static synchronized void start() throws IOException {
        if (server == null) {
            server = prepare().start();
        }
    }

    public static synchronized String url() {
        if (server == null) {
            throw new IllegalStateException("start it first");
        }
        return server.getJdbcUrl("postgres", "postgres");
    }

    /** Starts a server that one test may kill. The next one continues with its data. */
    static EmbeddedPostgres serve(Path data, int port) throws IOException {
        return prepare()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .start();
    }

    private static EmbeddedPostgres.Builder prepare() {
        return EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1))
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on");
    }
}
