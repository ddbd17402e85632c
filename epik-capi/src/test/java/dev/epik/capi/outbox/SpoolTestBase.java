// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spool.MainOutbox;
import dev.epik.testing.Await;
import dev.epik.testing.LogCapture;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Opens spools in front of a database that fails on request, and has helper methods for them. */
@Timeout(120)
abstract class SpoolTestBase {
    static final Duration FOREVER = Duration.ofHours(1);

    final FlakyOutbox main = new FlakyOutbox(MemoryOutbox.ofCapacity(10_000));
    final LogCapture log = LogCapture.of(SpooledOutbox.class);
    final List<SpooledOutbox> opened = new ArrayList<>();

    @TempDir
    Path directory;

    Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("spool.db");
    }

    @AfterEach
    void close() {
        opened.forEach(SpooledOutbox::close);
        log.close();
    }

    SpooledOutbox.Builder builder() {
        return builder(() -> main);
    }

    SpooledOutbox.Builder builder(Supplier<Outbox> database) {
        return SpooledOutbox.builder(database, file)
                .mainWait(Duration.ofSeconds(30))
                .patience(Duration.ofMillis(1))
                .backoff(Duration.ofMillis(5), Duration.ofMillis(20));
    }

    SpooledOutbox open(SpooledOutbox.Builder builder) {
        SpooledOutbox outbox = builder.open();
        opened.add(outbox);
        return outbox;
    }

    /** Opens an outbox that moves events only on request after the first attempt. */
    SpooledOutbox openStill(SpooledOutbox.Builder builder) throws InterruptedException {
        SpooledOutbox outbox = open(builder.backoff(FOREVER, FOREVER));
        Await.until(() -> Thread.getAllStackTraces().keySet().stream()
                .anyMatch(
                        thread -> thread.getName().equals("epik-spool") && thread.getState() == Thread.State.WAITING));
        return outbox;
    }

    static StoredEvent event(String id) {
        return new StoredEvent(ACCOUNT, "checkout", id, "{\"event_id\":\"" + id + "\"}", Instant.now(), false);
    }

    static EventStore.Added add(Outbox outbox, String id) {
        return outbox.add(event(id)).join();
    }

    static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "e" + i).toList();
    }

    static int spooled(SpooledOutbox outbox) {
        return outbox.spooled(ACCOUNT).waiting();
    }

    static void assertNotStored(Outbox outbox, String id, String reason) {
        var e = assertThrows(CompletionException.class, () -> add(outbox, id));
        String message = MainOutbox.describe(e);
        assertTrue(message.contains(reason), message);
    }
}
