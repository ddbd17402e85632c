// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.zaxxer.hikari.HikariDataSource;
import dev.epik.bench.Sale;
import dev.epik.capi.outbox.JdbcOutbox;
import java.net.URI;
import java.util.List;

/** Epik with PostgreSQL and bulk submits, as in an import: each call stores its events in one transaction. */
final class OursBulk extends Ours<JdbcOutbox> {
    OursBulk(URI stub, String database) {
        this(stub, Pool.open(database));
    }

    private OursBulk(URI stub, HikariDataSource pool) {
        super(stub, inDatabase(pool), pool::close);
    }

    @Override
    public void deliver(List<Sale> sales) {
        inBulk(sales);
    }
}
