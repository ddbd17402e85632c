// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.zaxxer.hikari.HikariDataSource;
import dev.epik.bench.Sale;
import dev.epik.capi.outbox.JdbcOutbox;
import java.net.URI;
import java.util.List;

/** Epik with PostgreSQL: 8 threads submit single events; the outbox stores them in its own transactions. */
final class OursPostgres extends Ours<JdbcOutbox> {
    OursPostgres(URI stub, String database) {
        this(stub, Pool.open(database));
    }

    private OursPostgres(URI stub, HikariDataSource pool) {
        super(stub, inDatabase(pool), pool::close);
    }

    @Override
    public void deliver(List<Sale> sales) throws InterruptedException {
        Callers.each(sales, sale -> mustBeStored(client.submit(sale.event())));
    }
}
