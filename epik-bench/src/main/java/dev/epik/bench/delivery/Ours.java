// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import com.zaxxer.hikari.HikariDataSource;
import dev.epik.bench.Sale;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Mode;
import dev.epik.capi.SubmitResult;
import dev.epik.capi.event.ConversionEvent;
import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Peek;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Base class of Epik's clients: default settings except a shorter linger time, because the last batch would wait a
 * second.
 */
abstract class Ours<T extends Outbox> implements DeliveryClient {
    static final String ACCOUNT = "549755885175";

    private static final int BULK_SIZE = 500;
    private static final Duration LINGER = Duration.ofMillis(100);

    final T outbox;
    final EpikClient client;
    private final Runnable last;

    /** @param last closes the outbox's storage */
    Ours(URI stub, T outbox, Runnable last) {
        this.outbox = outbox;
        this.last = last;
        this.client = EpikClient.builder(Mode.LIVE, AdAccount.of(ACCOUNT, "token-of-the-bench"), outbox)
                .keepOutboxOpen()
                .baseUrl(stub)
                .linger(LINGER)
                .open();
    }

    static JdbcOutbox inDatabase(HikariDataSource pool) {
        return JdbcOutbox.builder(pool).createTables(true).open();
    }

    /** Submits several hundred events at once, as an import does. */
    final void inBulk(List<Sale> sales) {
        for (int from = 0; from < sales.size(); from += BULK_SIZE) {
            List<ConversionEvent> events = sales.subList(from, Math.min(sales.size(), from + BULK_SIZE)).stream()
                    .map(Sale::event)
                    .toList();
            client.submitAll(events).forEach(Ours::mustBeStored);
        }
    }

    static void mustBeStored(SubmitResult result) {
        if (!(result instanceof SubmitResult.Stored)) {
            throw new IllegalStateException("A sale was not stored: " + result);
        }
    }

    @Override
    public final boolean isSettled() {
        Peek first = outbox.peek(ACCOUNT, 1); // not stats(), because it counts rows
        return first.ready() == 0 && first.nextReadyIn().isEmpty();
    }

    @Override
    public final void close() {
        client.close();
        outbox.close();
        last.run();
    }
}
