// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.outbox;

import dev.epik.bench.Sale;
import dev.epik.bench.Scratch;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.SqliteOutbox;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * Stores events. In {@code sqliteAdd}, 32 callers each wait until their event is on disk, as checkout requests do. In
 * {@code sqliteAddAll}, one caller stores 100 events at a time.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class OutboxBench {
    private static final int CALLERS = 32;
    private static final int BATCH = 100;
    private static final int CAPACITY = 50_000_000;

    /** A store that is new and empty in each iteration. */
    @State(Scope.Benchmark)
    public static class Memory {
        private final Numbers numbers = new Numbers();
        private Outbox outbox = MemoryOutbox.ofCapacity(1);

        @Setup(Level.Iteration)
        public void open() {
            outbox = MemoryOutbox.ofCapacity(CAPACITY);
        }
    }

    /** A new outbox file in each iteration, in the directory for temporary files. */
    @State(Scope.Benchmark)
    public static class Sqlite {
        private final Numbers numbers = new Numbers();
        private @Nullable Scratch scratch;
        private Outbox outbox = MemoryOutbox.ofCapacity(1);

        @Setup(Level.Iteration)
        public void open() throws IOException {
            scratch = new Scratch();
            outbox = SqliteOutbox.open(scratch.file("outbox.db"));
        }

        @TearDown(Level.Iteration)
        public void delete() {
            outbox.close();
            if (scratch != null) {
                scratch.close();
            }
        }
    }

    /** Creates events with the JSON of a sale and unique ids. */
    static final class Numbers {
        private static final int SALES = 256;

        private final AtomicInteger next = new AtomicInteger();
        private final StoredEvent[] sales = new StoredEvent[SALES];

        Numbers() {
            for (int i = 0; i < SALES; i++) {
                sales[i] = StoredEvent.of("549755885175", Sale.of(i).event());
            }
        }

        StoredEvent next() {
            int number = next.getAndIncrement();
            StoredEvent sale = sales[number % SALES];
            return new StoredEvent(
                    sale.adAccount(), sale.name(), "sale-" + number, sale.json(), sale.happenedAt(), false);
        }
    }

    @Benchmark
    public void memoryAdd(Memory memory) {
        stored(memory.outbox.add(memory.numbers.next()).join());
    }

    @Benchmark
    @Threads(CALLERS)
    public void sqliteAdd(Sqlite sqlite) {
        stored(sqlite.outbox.add(sqlite.numbers.next()).join());
    }

    /** Stores 100 events in one operation. */
    @Benchmark
    public void sqliteAddAll(Sqlite sqlite) {
        List<StoredEvent> events =
                Stream.generate(sqlite.numbers::next).limit(BATCH).toList();
        sqlite.outbox.addAll(events).join().forEach(OutboxBench::stored);
    }

    /** Claims 100 events and puts them back, while 1,000 or 1,000,000 events are waiting. */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public void claim(FilledOutbox filled) {
        filled.claim();
    }

    private static void stored(EventStore.Added result) {
        if (result != EventStore.Added.STORED) {
            throw new IllegalStateException("The outbox returned " + result);
        }
    }
}
