// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteKillTest extends KillContract {
    @TempDir
    private Path directory;

    @Override
    String store() {
        return directory.resolve("outbox.db").toString();
    }

    @Override
    String name() {
        return "SQLite";
    }
}
