// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Settlement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two transactions of the shop lock rows of orders in the same order, and store two events in opposite orders. Two
 * threads of the outbox store, claim, settle, cancel and redrive the same events. No statement of the shop fails.
 */
@Tag("full")
@Timeout(300)
abstract class JdbcDeadlockContract {
    private static final int ATTEMPTS = 100;
    private static final Duration LEASE = Duration.ofMinutes(3);

    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    abstract String url();

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    @Test
    void deadlocksNeverAbortATransactionOfTheShop() throws Exception {
        Databases.empty(url());
        try (Connection connection = Databases.of(url()).getConnection()) {
            execute(connection, "DROP TABLE IF EXISTS shop_order");
            execute(connection, "CREATE TABLE shop_order (id INTEGER PRIMARY KEY, items INTEGER)");
            execute(connection, "INSERT INTO shop_order VALUES (0, 0), (1, 0), (2, 0)");
        }
        JdbcOutbox outbox = JdbcOutbox.of(Databases.of(url()));
        AtomicBoolean ended = new AtomicBoolean();
        CompletableFuture<Void> first = run(() -> work(outbox, ended));
        CompletableFuture<Void> second = run(() -> work(outbox, ended));
        for (int i = 0; i < ATTEMPTS; i++) {
            String e = i + " ";
            CompletableFuture<Void> shop = run(() -> order(outbox, 1, e + "a", e + "b"));
            CompletableFuture<Void> rival = run(() -> order(outbox, 2, e + "b", e + "a"));
            shop.get(60, TimeUnit.SECONDS);
            rival.get(60, TimeUnit.SECONDS);
        }
        ended.set(true);
        first.get(60, TimeUnit.SECONDS);
        second.get(60, TimeUnit.SECONDS);
        System.out.println("EPIK: " + getClass().getSimpleName() + ", " + ATTEMPTS + " attempts: " + counts);
        assertEquals(2 * ATTEMPTS, counts.get("orders"));
        assertEquals(List.of(), outbox.verify());
    }

    private static CompletableFuture<Void> run(Runnable task) {
        return CompletableFuture.runAsync(task, each -> new Thread(each).start());
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    private void order(JdbcOutbox outbox, int id, String one, String other) {
        try (Connection shop = Databases.of(url()).getConnection()) {
            shop.setAutoCommit(false);
            execute(shop, "UPDATE shop_order SET items = items + 1 WHERE id = " + id);
            store(outbox, shop, one);
            execute(shop, "UPDATE shop_order SET items = items + 1 WHERE id = 0");
            store(outbox, shop, other);
            shop.commit();
            count("orders");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void store(JdbcOutbox outbox, Connection shop, String id) throws SQLException {
        try {
            outbox.add(shop, event(id));
            count("events");
        } catch (OutboxException e) {
            count("contained"); // the other transaction has stored it
        }
    }

    private void work(JdbcOutbox outbox, AtomicBoolean ended) {
        for (int i = 0; !ended.get(); i++) {
            try {
                String near = Math.max(0, counts.getOrDefault("orders", 0) / 2 - i % 2) + " ";
                outbox.addAll(List.of(event(near + "b"), event(near + "c"), event(near + "a")))
                        .join();
                outbox.cancel(event(near + "b").key());
                outbox.claim("1", ClaimKind.ONLINE, 9, 1 << 20, LEASE)
                        .ifPresent(batch -> outbox.settle(
                                batch,
                                batch.claimed().stream()
                                        .map(claimed -> Settlement.of(claimed, OutboxTestBase.ACCEPTED))
                                        .toList()));
                count("rounds of the outbox");
            } catch (RuntimeException e) {
                count("rounds that met a lock"); // of an open transaction of the shop
            }
        }
    }

    private static StoredEvent event(String id) {
        return new StoredEvent("1", "checkout", id, "{}", Instant.now(), false);
    }
}
