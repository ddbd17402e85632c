// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.outbox.MemoryOutbox;
import dev.epik.capi.outbox.SteppedSqlite;
import dev.epik.capi.outbox.spi.Outbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Opens the real stores for simulations. Files are in memory if the machine has a directory for that. Thread- safe. */
public final class RealStores implements Simulation.Stores {
    private static final int CAPACITY = 1_000_000;
    private static final Path IN_MEMORY = Path.of("/dev/shm");

    private final Map<Outbox, Path> directories = new ConcurrentHashMap<>();

    @Override
    public Outbox memory(Clock clock) {
        return MemoryOutbox.ofCapacity(CAPACITY, clock);
    }

    @Override
    public LocalStore sqlite(Clock clock) {
        try {
            Path directory = Files.isWritable(IN_MEMORY)
                    ? Files.createTempDirectory(IN_MEMORY, "epik-simulation")
                    : Files.createTempDirectory("epik-simulation");
            LocalStore outbox = new SteppedSqlite(directory, clock);
            directories.put(outbox, directory);
            return outbox;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close(Outbox store) {
        store.close();
        Path directory = directories.remove(store);
        if (directory != null) {
            delete(directory);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
