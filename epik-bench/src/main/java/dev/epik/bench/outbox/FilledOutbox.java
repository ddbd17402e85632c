// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.outbox;

import dev.epik.bench.PostgresServer;
import dev.epik.bench.Sale;
import dev.epik.bench.Scratch;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.JdbcOutbox;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Settlement;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** An outbox with a given number of waiting events. */
@State(Scope.Benchmark)
public class FilledOutbox {
    private static final String ACCOUNT = "549755885175";
    private static final int CLAIMED = 100;
    private static final int BATCH = 10_000;
    private static final long MAX_BYTES = 4 << 20;
    private static final Duration LEASE = Duration.ofMinutes(3);

    @Param({"memory", "sqlite", "postgres"})
    public String store = "memory";

    @Param({"1000", "1000000"})
    public int waiting = 1000;

    private Outbox outbox = MemoryOutbox.ofCapacity(1);
    private @Nullable PostgresServer postgres;
    private @Nullable Scratch scratch;

    @Setup(Level.Trial)
    public void fill() throws IOException {
        outbox = open();
        StoredEvent sale = StoredEvent.of(ACCOUNT, Sale.of(1).event());
        for (int from = 0; from < waiting; from += BATCH) {
            List<StoredEvent> events = IntStream.range(from, Math.min(waiting, from + BATCH))
                    .mapToObj(i ->
                            new StoredEvent(ACCOUNT, sale.name(), "sale-" + i, sale.json(), sale.happenedAt(), false))
                    .toList();
            outbox.addAll(events).join();
        }
    }

    private Outbox open() throws IOException {
        return switch (store) {
            case "memory" -> MemoryOutbox.ofCapacity(waiting);
            case "sqlite" -> {
                scratch = new Scratch();
                yield SqliteOutbox.open(scratch.file("outbox.db"));
            }
            default -> {
                postgres = new PostgresServer();
                yield JdbcOutbox.builder(postgres.main()).createTables(true).open();
            }
        };
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        outbox.close();
        if (postgres != null) {
            postgres.close();
        }
        if (scratch != null) {
            scratch.close();
        }
    }

    /** Claims 100 events and puts them back. */
    void claim() {
        Batch batch = outbox.claim(ACCOUNT, ClaimKind.ONLINE, CLAIMED, MAX_BYTES, LEASE)
                .orElseThrow();
        List<Settlement> back = batch.claimed().stream()
                .map(claimed -> Settlement.of(claimed, new Outcome.Postponed("put back")))
                .toList();
        if (back.size() != CLAIMED || outbox.settle(batch, back).settled() != CLAIMED) {
            throw new IllegalStateException("Not all claimed events were put back");
        }
    }
}
