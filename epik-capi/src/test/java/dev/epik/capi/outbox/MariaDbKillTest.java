// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

@Tag("full")
class MariaDbKillTest extends KillContract {
    @BeforeEach
    void empty() throws Exception {
        MariaDb.start();
        Databases.empty(MariaDb.url());
    }

    @Override
    String store() {
        return MariaDb.url();
    }

    @Override
    String name() {
        return "MariaDB";
    }
}
