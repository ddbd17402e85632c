// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.PublishedSchema;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A folder, and a Pinterest that holds every request against the published schema. */
abstract class BeforePinterest {
    static final String ACCOUNT = "549755885175";
    static final String TOKEN = "canary-token-7351";

    @TempDir
    Path folder = Path.of("");

    final FakePinterest pinterest = start();

    private static FakePinterest start() {
        try {
            return FakePinterest.builder(ACCOUNT, TOKEN).start();
        } catch (IOException noPort) {
            throw new AssertionError(noPort);
        }
    }

    @BeforeEach
    void hold() {
        pinterest.onRequest(PublishedSchema::check);
    }

    @AfterEach
    void close() {
        pinterest.close();
    }
}
