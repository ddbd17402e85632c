// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On a real MariaDB. */
@Tag("full")
class MariaDbOutboxTest extends JdbcOutboxContract {
    @BeforeAll
    static void start() throws Exception {
        MariaDb.start();
    }

    @Override
    String url() {
        return MariaDb.url();
    }

    /**
     * The shop's transaction loses a deadlock inside our insert: a commit after it would keep the lines that come later
     * alone.
     */
    @Test
    void noHalfOrderIsEverCommitted() throws Exception {
        JdbcOutbox outbox = open();
        for (int round = 0; round < 20; round++) {
            execute("DELETE FROM shop_order");
            execute("DELETE FROM epik_outbox");
            execute("INSERT INTO shop_order VALUES (0, 0)");
            deadlock(outbox, "" + round);
        }
        System.out.println("EPIK: MariaDB, 20 deadlocks (1213) lost by the outbox's insert: no half order committed");
    }

    private void deadlock(JdbcOutbox outbox, String id) throws Exception {
        try (Connection shop = begin();
                Connection rival = begin()) {
            execute(rival, "INSERT INTO shop_order SELECT seq + 1000, 0 FROM seq_1_to_200"); // the heavier wins
            assertEquals(Outbox.Added.STORED, outbox.add(rival, event(id)));
            execute(shop, "INSERT INTO shop_order VALUES (1, 2)");
            execute(shop, "UPDATE shop_order SET items = 1 WHERE id = 0");
            CompletableFuture<Object> insert = CompletableFuture.supplyAsync(() -> add(outbox, shop, id));
            execute(
                    rival,
                    "UPDATE shop_order SET items = 2 WHERE id = 0"); // whichever waits first: the other closes the
            // circle
            var lost = assertInstanceOf(SQLTransactionRollbackException.class, insert.get(30, TimeUnit.SECONDS));
            assertEquals(1213, lost.getErrorCode());
            shop.rollback(); // what the shop's own code does with a SQLException
            rival.commit();
        }
        assertEquals(0, count("shop_order WHERE id = 1"));
        assertEquals(1, count("epik_outbox"));
    }

    /** Answers what it throws. */
    private static Object add(JdbcOutbox outbox, Connection shop, String id) {
        try {
            return outbox.add(shop, new StoredEvent("1", "checkout", id, "{}", Instant.now(), false));
        } catch (SQLException lost) {
            return lost;
        }
    }
}
