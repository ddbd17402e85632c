// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.zaxxer.hikari.HikariDataSource;
import dev.epik.bench.Sale;
import dev.epik.capi.EpikClient;
import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.Outbox;
import dev.epik.capi.outbox.StoredEvent;
import java.net.URI;
import java.util.List;

/** Ours in PostgreSQL where a shop has many sales at once, as an import has: those of one call are stored in one transaction. */
final class OursBulk implements Way {
    private static final int AT_ONCE = 500;

    private final HikariDataSource pool;
    private final JdbcOutbox outbox;
    private final EpikClient client;

    OursBulk(URI stub, String database) {
        this.pool = Pool.open(database);
        this.outbox = JdbcOutbox.builder(pool).createTables(true).open();
        this.client = Ours.open(stub, outbox);
    }

    @Override
    public void deliver(List<Sale> sales) {
        for (int from = 0; from < sales.size(); from += AT_ONCE) {
            List<StoredEvent> events = sales.subList(from, Math.min(sales.size(), from + AT_ONCE)).stream()
                    .map(sale -> StoredEvent.of(Ours.ACCOUNT, sale.event()))
                    .toList();
            if (outbox.addAll(events).join().stream().anyMatch(added -> added != Outbox.Added.STORED)) {
                throw new IllegalStateException("A sale was not stored");
            }
            client.tryNow(EpikClient.MAIN);
        }
    }

    @Override
    public boolean isSettled() {
        return client.stats().waiting() == 0;
    }

    @Override
    public void close() {
        client.close();
        outbox.close();
        pool.close();
    }
}
