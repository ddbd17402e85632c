// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import org.junit.jupiter.api.BeforeAll;

class MariaDbDeadlockTest extends JdbcDeadlockContract {
    @BeforeAll
    static void start() throws Exception {
        MariaDb.start();
    }

    @Override
    String url() {
        return MariaDb.url();
    }
}
