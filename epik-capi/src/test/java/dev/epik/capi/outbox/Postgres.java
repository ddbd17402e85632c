// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One server for all tests of this package, with the durability settings of a shop. It ends with the JVM. */
final class Postgres {
    private static @Nullable EmbeddedPostgres server;

    private Postgres() {}

    static synchronized void start() throws IOException {
        if (server == null) {
            server = EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .start();
        }
    }

    static synchronized String url() {
        if (server == null) {
            throw new IllegalStateException("start it first");
        }
        return server.getJdbcUrl("postgres", "postgres");
    }
}
