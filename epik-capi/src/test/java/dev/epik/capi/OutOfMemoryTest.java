// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.ChildJvm;
import dev.epik.testkit.FakePinterest;
import dev.epik.testkit.ReceivedEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Other threads of a shop, in a JVM of its own, use up all memory for some seconds. Pinterest works all the time.
 * Delivery goes on without a restart, whichever thread of this library or of the JDK's HTTP client the lack of memory
 * has ended.
 */
@Tag("full")
@Timeout(420)
class OutOfMemoryTest {
    private static final Duration NEW_SALE = Duration.ofMinutes(1);

    /** If a claim was committed and its result was lost, its events wait until their lease ends. */
    private static final Duration LEASES_END = Duration.ofMinutes(4);

    @TempDir
    Path temp;

    /** Both shops mostly wait, so they run at the same time. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void deliversEverythingAfterEightSecondsWithoutMemory(int run) throws Exception {
        ExecutorService shops = Executors.newFixedThreadPool(2);
        try {
            List<Future<Void>> ends = shops.invokeAll(List.of(() -> run("memory", 8), () -> run("sqlite", 8)));
            for (Future<Void> end : ends) {
                end.get();
            }
        } finally {
            shops.shutdownNow();
        }
    }

    private @Nullable Void run(String store, int seconds) throws Exception {
        Path log = temp.resolve(store + ".log");
        try (FakePinterest pinterest =
                FakePinterest.builder(ACCOUNT, OutOfMemoryShop.TOKEN).start()) {
            String outbox =
                    store.equals("memory") ? store : temp.resolve("epik.db").toString();
            ProcessBuilder shop = ChildJvm.prepare(
                            List.of("-Xmx64m"),
                            OutOfMemoryShop.class,
                            outbox,
                            "" + seconds,
                            pinterest.uri().toString())
                    .redirectError(log.toFile());
            try (ChildJvm running = ChildJvm.start(shop)) {
                Set<String> stored = new HashSet<>(Set.of(OutOfMemoryShop.BEFORE));
                List<String> lines = new ArrayList<>();
                running.awaitLine("SOLD", lines::add);
                long errors = 0;
                for (String line : lines) {
                    if (line.startsWith("STORED ")) {
                        stored.add(line.substring("STORED ".length()));
                    } else if (line.startsWith("OUT_OF_MEMORY ")) {
                        errors = Long.parseLong(line.substring("OUT_OF_MEMORY ".length()));
                    }
                }
                long sold = System.nanoTime();
                assertTrue(errors > 10, "the shop had memory: " + errors);
                assertTrue(stored.contains(OutOfMemoryShop.AFTER), stored::toString);
                await(pinterest, Set.of(OutOfMemoryShop.AFTER), NEW_SALE);
                long fresh = System.nanoTime();
                await(pinterest, stored, LEASES_END);
                System.out.printf(
                        "EPIK: %s, %d OutOfMemoryErrors in %d s: %d events stored, a new one delivered after %.1f s, all"
                                + " after %.1f s%n",
                        store, errors, seconds, stored.size(), (fresh - sold) / 1e9, (System.nanoTime() - sold) / 1e9);
            }
        }
        return null;
    }

    private static void await(FakePinterest pinterest, Set<String> ids, Duration limit) throws InterruptedException {
        Set<String> missing = new HashSet<>(ids);
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            pinterest.received().stream().map(ReceivedEvent::id).forEach(missing::remove);
            if (missing.isEmpty()) {
                return;
            }
            assertTrue(end - System.nanoTime() > 0, () -> "not delivered: " + missing);
            Thread.sleep(50);
        }
    }
}
