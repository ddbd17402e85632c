// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.EpikException;
import dev.epik.capi.ForwardingOutbox;
import dev.epik.capi.outbox.FlakyOutbox.Mode;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Opens and closes spools, with and without their database. */
class SpoolLifetimeTest extends SpoolTestBase {
    @Test
    void closingEndsAllThreads() throws Exception {
        SpooledOutbox outbox = open(builder());
        main.mode(Mode.DOWN);
        add(outbox, "a");
        assertEquals(3, threads());
        outbox.close();
        Await.until(() -> threads() == 0);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("epik-spool"))
                .count();
    }

    @Test
    void spooledEventsAreMovedAfterTheNextStart() throws Exception {
        SpooledOutbox outbox = open(builder());
        main.mode(Mode.DOWN);
        ids(0, 3).forEach(id -> add(outbox, id));
        outbox.close();
        assertTrue(log.lines().get(1).contains("Closed with events in the spool"), log.lines()::toString);
        assertNotStored(outbox, "x", "is closed");
        opened.clear();
        SpooledOutbox next = open(builder());
        assertEquals(3, spooled(next));
        assertEquals(EventStore.Added.ALREADY_STORED, add(next, "e1"));
        main.mode(Mode.WORKING);
        Await.until(() -> spooled(next) == 0);
        assertEquals(ids(0, 3), main.stored());
    }

    @Test
    void closingSpoolsEventsThatTheDatabaseDoesNotAnswer() throws Exception {
        SpooledOutbox outbox = openStill(builder().mainWait(Duration.ofMillis(300)));
        main.mode(Mode.HANGING);
        CompletableFuture<EventStore.Added> answer = outbox.add(event("a"));
        outbox.close();
        assertEquals(EventStore.Added.STORED, answer.get(0, TimeUnit.SECONDS));
        opened.clear();
        main.mode(Mode.WORKING);
        SpooledOutbox next = open(builder());
        Await.until(() -> main.stored().contains("a"));
        Await.until(() -> spooled(next) == 0);
    }

    @Test
    void eventsAreStoredInTheSpoolUntilTheDatabaseCanBeOpened() throws Exception {
        AtomicBoolean reachable = new AtomicBoolean();
        SpooledOutbox outbox = open(builder(() -> {
            if (!reachable.get()) {
                throw new OutboxException("no route to host");
            }
            return main;
        }));
        assertEquals(EventStore.Added.STORED, add(outbox, "a"));
        var e = assertThrows(OutboxException.class, () -> outbox.peek(ACCOUNT, 1));
        assertTrue(e.getMessage().contains("no route to host"), e.getMessage());
        reachable.set(true);
        Await.until(() -> spooled(outbox) == 0);
        assertEquals(List.of("a"), main.stored());
        assertEquals(1, outbox.peek(ACCOUNT, 1).ready());
    }

    @Test
    void unsuitableDatabaseLeavesTheSpoolClosed() {
        var e = assertThrows(
                EpikException.class,
                () -> open(builder(() -> {
                    throw new EpikException("The tables are missing");
                })));
        assertEquals("The tables are missing", e.getMessage());
        assertEquals(EventStore.Added.STORED, add(open(builder()), "a"));
    }

    @Test
    void fileIsReadableByItsOwnerOnlyAndOpenInOneProcess() throws IOException {
        main.mode(Mode.DOWN);
        add(open(builder()), "a");
        for (String ending : List.of("", "-wal", ".lock")) {
            Path each = file.resolveSibling(file.getFileName() + ending);
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(each)));
        }
        var e = assertThrows(EpikException.class, () -> open(builder()));
        assertTrue(e.getMessage().contains("is open already"), e.getMessage());
    }

    @Test
    void replacedThreadsOfTheMainOutboxAreCounted() {
        SpooledOutbox outbox = open(builder(() -> new ForwardingOutbox(main) {
            @Override
            public int replacedThreads() {
                return 3;
            }
        }));
        assertEquals(3, outbox.replacedThreads());
    }
}
