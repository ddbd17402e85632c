// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Sale;
import dev.epik.capi.EpikClient;
import dev.epik.capi.Submission;
import dev.epik.capi.outbox.SqliteOutbox;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Ours in a file, in bulk: many submits are under way at once, so that they are committed together. */
final class OursSqlite implements Way {
    private static final int WINDOW = 2000;

    private final Scratch scratch;
    private final SqliteOutbox outbox;
    private final EpikClient client;

    OursSqlite(URI stub) throws IOException {
        this.scratch = new Scratch();
        this.outbox = SqliteOutbox.open(scratch.file("outbox.db"));
        this.client = Ours.open(stub, outbox);
    }

    @Override
    public void deliver(List<Sale> sales) {
        Deque<CompletableFuture<Submission>> underWay = new ArrayDeque<>(WINDOW);
        for (Sale sale : sales) {
            if (underWay.size() == WINDOW) {
                Ours.mustBeStored(underWay.remove().join());
            }
            underWay.add(client.submitAsync(EpikClient.MAIN, sale.event()));
        }
        for (CompletableFuture<Submission> each : underWay) {
            Ours.mustBeStored(each.join());
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
        scratch.close();
    }
}
