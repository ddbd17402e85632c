// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Sale;
import dev.epik.capi.EpikClient;
import dev.epik.capi.outbox.MemoryOutbox;
import java.net.URI;
import java.util.List;

/** Ours in memory, submitted one by one. */
final class OursMemory implements Way {
    private static final int CAPACITY = 200_000;

    private final MemoryOutbox outbox = MemoryOutbox.ofCapacity(CAPACITY);
    private final EpikClient client;

    OursMemory(URI stub) {
        this.client = Ours.open(stub, outbox);
    }

    @Override
    public void deliver(List<Sale> sales) {
        for (Sale sale : sales) {
            Ours.mustBeStored(client.submit(sale.event()));
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
    }
}
