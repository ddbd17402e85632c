// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.zaxxer.hikari.HikariDataSource;
import dev.epik.bench.Sale;
import dev.epik.capi.EpikClient;
import dev.epik.capi.outbox.JdbcOutbox;
import java.net.URI;
import java.util.List;

/** Ours in the shop's PostgreSQL: eight threads submit one by one, each in a short transaction of the outbox's. */
final class OursPostgres implements Way {
    private final HikariDataSource pool;
    private final JdbcOutbox outbox;
    private final EpikClient client;

    OursPostgres(URI stub, String database) {
        this.pool = Pool.open(database);
        this.outbox = JdbcOutbox.builder(pool).createTables(true).open();
        this.client = Ours.open(stub, outbox);
    }

    @Override
    public void deliver(List<Sale> sales) throws InterruptedException {
        Callers.each(sales, sale -> Ours.mustBeStored(client.submit(sale.event())));
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
