// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.FlakyOutbox.Mode;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spool.MainOutbox;
import dev.epik.testing.Await;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** A spool that is full. */
class SpoolLimitTest extends SpoolTestBase {
    @Test
    void aFullSpoolStoresNothingAndNamesBothReasons() throws Exception {
        SpooledOutbox outbox = openStill(builder().maxEvents(2));
        main.mode(Mode.DOWN);
        add(outbox, "a");
        add(outbox, "b");
        assertNotStored(outbox, "c", "the database is down. The spool " + file + " is full (2 events");
        assertEquals(2, spooled(outbox));
    }

    @Test
    void fullSpoolDiskStoresNothingAndRecovers() throws Exception {
        SpooledOutbox outbox = open(builder().maxBytes(1));
        main.mode(Mode.DOWN);
        String large = "{\"canary\":\"" + "x".repeat(2 << 20) + "\"}";
        StoredEvent tooLarge = new StoredEvent(ACCOUNT, "checkout", "large", large, Instant.now(), false);
        var e = assertThrows(
                CompletionException.class, () -> outbox.add(tooLarge).join());
        String message = MainOutbox.describe(e);
        assertTrue(message.contains("SQLITE_FULL") && message.contains("limit of 1 MB"), message);
        assertFalse(message.contains("canary"), message);
        assertEquals(EventStore.Added.STORED, add(outbox, "small"));
        main.mode(Mode.WORKING);
        Await.until(() ->
                outbox.add(tooLarge).handle((added, failed) -> failed == null).join());
        assertEquals(List.of("small", "large"), main.stored());
    }

    /** The move of spooled events probes the database. An empty spool must not stop these probes. */
    @Test
    void theDatabaseIsTriedAgainAlthoughTheSpoolStoresNothing() throws Exception {
        SpooledOutbox outbox = open(builder().maxBytes(1));
        main.mode(Mode.DOWN);
        StoredEvent large = new StoredEvent(ACCOUNT, "checkout", "x", "x".repeat(3 << 20), Instant.now(), false);
        assertThrows(CompletionException.class, () -> outbox.add(large).join());
        main.mode(Mode.WORKING);
        Await.until(() -> outbox.add(large).handle((added, e) -> e == null).join());
        assertEquals(List.of("x"), main.stored());
    }
}
