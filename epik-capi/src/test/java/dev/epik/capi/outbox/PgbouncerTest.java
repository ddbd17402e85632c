// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Settlement;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests an outbox behind a PgBouncer in transaction mode: no statement needs the session of another one. */
@Tag("full")
class PgbouncerTest extends JdbcLockContract {
    @BeforeAll
    static void start() throws Exception {
        Pgbouncer.start();
    }

    @Override
    String url() {
        return Pgbouncer.url();
    }

    @Test
    void anEventIsStoredWithTheOrderAndOnlyWithIt() throws Exception {
        JdbcOutbox own = (JdbcOutbox) outbox;
        try (Connection shop = begin()) {
            execute(shop, "INSERT INTO shop_order VALUES (1, 2)");
            assertEquals(EventStore.Added.STORED, own.add(shop, event("1")));
            shop.rollback();
            assertEquals(0, own.backlog("1").waiting());
            execute(shop, "INSERT INTO shop_order VALUES (1, 2)");
            assertEquals(EventStore.Added.STORED, own.add(shop, event("1")));
            assertEquals(EventStore.Added.ALREADY_STORED, own.add(shop, event("1")));
            shop.commit();
        }
        assertEquals(1, count("shop_order"));
        assertEquals(1, own.backlog("1").waiting());
    }

    @Test
    void twoNodesDeliverEachEventOnce() throws Exception {
        int events = 400;
        outbox.addAll(IntStream.range(0, events).mapToObj(i -> online("" + i)).toList())
                .join();
        List<CompletableFuture<List<String>>> nodes = IntStream.range(0, 2)
                .mapToObj(node -> CompletableFuture.supplyAsync(() -> deliver(JdbcOutbox.of(database()))))
                .toList();
        List<String> first = nodes.get(0).get(100, TimeUnit.SECONDS);
        List<String> second = nodes.get(1).get(100, TimeUnit.SECONDS);
        Set<String> all = new TreeSet<>(first);
        all.addAll(second);
        assertEquals(events, all.size());
        assertEquals(events, first.size() + second.size());
        assertEquals(List.of(), outbox.verify());
        // the sessions of the pool keep no state
        assertEquals(1, count("pg_settings WHERE name = 'lock_timeout' AND setting = '0'"));
    }

    private static List<String> deliver(JdbcOutbox node) {
        List<String> delivered = new ArrayList<>();
        while (node.backlog(ACCOUNT).waiting() > 0) {
            node.claim(ACCOUNT, ClaimKind.ONLINE, 20, MANY_BYTES, LEASE).ifPresent(batch -> {
                node.settle(
                        batch,
                        batch.claimed().stream()
                                .map(claimed -> Settlement.of(claimed, ACCEPTED))
                                .toList());
                delivered.addAll(ids(batch));
            });
        }
        return delivered;
    }
}
