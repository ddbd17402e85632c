// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.delivery;

import dev.epik.bench.Sale;
import dev.epik.bench.Scratch;
import dev.epik.capi.outbox.SqliteOutbox;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/** Epik with an outbox file and bulk submits: each call commits its events together. */
final class OursSqlite extends Ours<SqliteOutbox> {
    OursSqlite(URI stub) throws IOException {
        this(stub, new Scratch());
    }

    private OursSqlite(URI stub, Scratch scratch) {
        super(stub, SqliteOutbox.open(scratch.file("outbox.db")), scratch::close);
    }

    @Override
    public void deliver(List<Sale> sales) {
        inBulk(sales);
    }
}
