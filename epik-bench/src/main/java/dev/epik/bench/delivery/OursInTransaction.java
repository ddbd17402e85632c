// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.zaxxer.hikari.HikariDataSource;
import dev.epik.bench.Sale;
import dev.epik.capi.outbox.JdbcOutbox;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Epik in the application's transactions, one per sale. After the last one, {@code resume} wakes the client. */
final class OursInTransaction extends Ours<JdbcOutbox> {
    private final HikariDataSource pool;

    OursInTransaction(URI stub, String database) {
        this(stub, Pool.open(database));
    }

    private OursInTransaction(URI stub, HikariDataSource pool) {
        super(stub, inDatabase(pool), pool::close);
        this.pool = pool;
    }

    @Override
    public void deliver(List<Sale> sales) throws InterruptedException {
        Callers.each(sales, this::order);
        client.resume();
    }

    private void order(Sale sale) throws SQLException {
        try (Connection transaction = pool.getConnection()) {
            transaction.setAutoCommit(false);
            mustBeStored(client.submit(transaction, sale.event()));
            transaction.commit();
        }
    }
}
