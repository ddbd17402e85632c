// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Sale;
import dev.epik.bench.Scratch;
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
final class OursSqlite extends Ours<SqliteOutbox> {
    private static final int WINDOW = 2000;

    OursSqlite(URI stub) throws IOException {
        this(stub, new Scratch());
    }

    private OursSqlite(URI stub, Scratch scratch) {
        super(stub, SqliteOutbox.open(scratch.file("outbox.db")), scratch::close);
    }

    @Override
    public void deliver(List<Sale> sales) {
        Deque<CompletableFuture<Submission>> underWay = new ArrayDeque<>(WINDOW);
        for (Sale sale : sales) {
            if (underWay.size() == WINDOW) {
                mustBeStored(underWay.remove().join());
            }
            underWay.add(client.submitAsync(EpikClient.MAIN, sale.event()));
        }
        for (CompletableFuture<Submission> each : underWay) {
            mustBeStored(each.join());
        }
    }
}
