// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("full")
@Tag("scale")
class PgbouncerMigrationTest extends PostgresMigrationTest {
    @BeforeAll
    static void startPooler() throws Exception {
        Pgbouncer.start();
    }

    @Override
    String url() {
        return Pgbouncer.url();
    }

    /** Skipped, because the old node changes its session. Tested without a pooler. */
    @Override
    void aMillionEventsAreMigratedWithoutLocksOverASecondWhileAnOldNodeRuns() {}
}
