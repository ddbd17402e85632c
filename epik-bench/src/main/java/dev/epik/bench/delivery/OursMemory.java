// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Sale;
import dev.epik.capi.outbox.MemoryOutbox;
import java.net.URI;
import java.util.List;

/** Epik with the memory outbox and bulk submits. */
final class OursMemory extends Ours<MemoryOutbox> {
    private static final int CAPACITY = 200_000;

    OursMemory(URI stub) {
        super(stub, MemoryOutbox.ofCapacity(CAPACITY), () -> {});
    }

    @Override
    public void deliver(List<Sale> sales) {
        inBulk(sales);
    }
}
