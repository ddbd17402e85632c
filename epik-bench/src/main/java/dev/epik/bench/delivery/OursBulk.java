// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.zaxxer.hikari.HikariDataSource;
import dev.epik.bench.Sale;
import dev.epik.capi.EpikClient;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.outbox.JdbcOutbox;
import java.net.URI;
import java.util.List;

/** Ours in PostgreSQL where a shop has many sales at once, as an import has: those of one call are stored in one transaction. */
final class OursBulk extends Ours<JdbcOutbox> {
    private static final int AT_ONCE = 500;

    OursBulk(URI stub, String database) {
        this(stub, Pool.open(database));
    }

    private OursBulk(URI stub, HikariDataSource pool) {
        super(stub, inDatabase(pool), pool::close);
    }

    @Override
    public void deliver(List<Sale> sales) {
        for (int from = 0; from < sales.size(); from += AT_ONCE) {
            List<ConversionEvent> events = sales.subList(from, Math.min(sales.size(), from + AT_ONCE)).stream()
                    .map(Sale::event)
                    .toList();
            client.submitAll(EpikClient.MAIN, events).forEach(Ours::mustBeStored);
        }
    }
}
