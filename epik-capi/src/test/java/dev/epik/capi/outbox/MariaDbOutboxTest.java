// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Settlement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the contract on a real MariaDB. */
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

    @Override
    void skipSecondAccounts(boolean skips) throws Exception {
        execute(
                skips
                        ? "ALTER TABLE epik_outbox ADD UNIQUE INDEX second_key (event_id(20))"
                        : "ALTER TABLE epik_outbox DROP INDEX second_key");
    }

    /** Two transactions of the shop must not wait for each other, one of them in the insert of the outbox. */
    @Test
    void storingAnEventOfAnotherOpenTransactionCausesNoDeadlock() throws Exception {
        JdbcOutbox outbox = open();
        execute("INSERT INTO shop_order VALUES (0, 0)");
        try (Connection shop = begin();
                Connection rival = begin()) {
            assertEquals(EventStore.Added.STORED, outbox.add(rival, event("1")));
            execute(shop, "UPDATE shop_order SET items = 1 WHERE id = 0");
            CompletableFuture<Integer> other = CompletableFuture.supplyAsync(() -> waitForTheOrder(rival));
            var contained = assertThrows(OutboxException.class, () -> outbox.add(shop, event("1")));
            assertTrue(contained.getMessage().contains("held a lock"), contained.getMessage());
            assertEquals(EventStore.Added.STORED, outbox.add(shop, event("2")));
            shop.commit();
            assertEquals(1, other.get(30, TimeUnit.SECONDS));
            rival.commit();
        }
        assertEquals(1, count("shop_order WHERE items = 3"));
        assertEquals(2, count("epik_outbox"));
    }

    private static int waitForTheOrder(Connection rival) {
        try {
            return execute(rival, "UPDATE shop_order SET items = items + 2 WHERE id = 0");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    // --- snapshot isolation, the default since MariaDB 11.6.2

    /** MariaDB then rolls back a transaction whose insert meets a row that was changed after its snapshot. */
    @ParameterizedTest
    @ValueSource(strings = {"stored", "claimed", "settled", "cancelled and stored"})
    void orderIsKeptIfItsEventChangedAfterTheSnapshot(String change) throws Exception {
        JdbcOutbox outbox = open();
        for (String serverSide : List.of("false", "true")) {
            StoredEvent event = event("1 " + serverSide);
            if (!change.equals("stored")) {
                outbox.add(event).join();
            }
            try (Connection shop =
                    Databases.of(url() + "&useServerPrepStmts=" + serverSide).getConnection()) {
                execute(shop, "SET SESSION innodb_snapshot_isolation = ON");
                shop.setAutoCommit(false);
                execute(shop, "INSERT INTO shop_order VALUES (" + serverSide.length() + ", 1)");
                shop.createStatement()
                        .executeQuery("SELECT COUNT(*) FROM epik_outbox")
                        .close(); // the snapshot
                change(outbox, change, event);
                assertEquals(
                        change.equals("settled") ? EventStore.Added.ALREADY_DELIVERED : EventStore.Added.ALREADY_STORED,
                        outbox.add(shop, event));
                assertEquals(EventStore.Added.STORED, outbox.add(shop, event("2 " + serverSide)));
                shop.commit();
            }
        }
        assertEquals(2, count("shop_order"));
        assertEquals(4, count("epik_outbox"));
    }

    private static void change(JdbcOutbox outbox, String change, StoredEvent event) {
        switch (change) {
            case "stored" -> outbox.add(event).join();
            case "cancelled and stored" -> {
                outbox.cancel(event.key());
                outbox.add(event).join();
            }
            default -> {
                Batch batch = outbox.claim("1", ClaimKind.ONLINE, 9, MANY_BYTES, LEASE)
                        .orElseThrow();
                if (change.equals("settled")) {
                    outbox.settle(
                            batch,
                            batch.claimed().stream()
                                    .map(claimed -> Settlement.of(claimed, ACCEPTED))
                                    .toList());
                }
            }
        }
    }
}
