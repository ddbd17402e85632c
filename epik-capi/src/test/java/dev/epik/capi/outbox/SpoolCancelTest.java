// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.outbox.FlakyOutbox.Mode;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spool.KeyGuard;
import dev.epik.testing.Await;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Cancels events that are in the spool, in the database, or in both. */
class SpoolCancelTest extends SpoolTestBase {
    @Test
    void cancellingRemovesAnEventFromTheSpool() throws Exception {
        SpooledOutbox outbox = openStill(builder());
        main.mode(Mode.DOWN);
        ids(0, 3).forEach(id -> add(outbox, id));
        Await.until(() -> main.asked().size() >= 2);
        main.mode(Mode.WORKING);
        assertEquals(CancelResult.CANCELLED, outbox.cancel(event("e1").key()));
        assertEquals(CancelResult.UNKNOWN, outbox.cancel(event("e1").key()));
        reopenAndMove(outbox);
        assertEquals(List.of("e0", "e2"), main.stored());
    }

    @Test
    void cancellingAnEventInBothRemovesItFromBoth() throws Exception {
        SpooledOutbox outbox = openStill(builder());
        main.mode(Mode.STORING_AND_FAILING);
        add(outbox, "a");
        Await.until(() -> main.asked().size() >= 2);
        main.mode(Mode.WORKING);
        assertEquals(CancelResult.CANCELLED, outbox.cancel(event("a").key()));
        assertEquals(0, outbox.backlog(ACCOUNT).waiting());
        reopenAndMove(outbox);
        assertEquals(0, main.backlog(ACCOUNT).waiting());
    }

    @Test
    void cancellingAnEventThatTheDatabaseIsSendingIsTooLateAndRemovesItFromTheSpool() throws Exception {
        SpooledOutbox outbox = openStill(builder());
        main.mode(Mode.STORING_AND_FAILING);
        add(outbox, "a");
        Await.until(() -> main.asked().size() >= 2);
        main.mode(Mode.WORKING);
        assertTrue(outbox.claim(ACCOUNT, ClaimKind.ONLINE, 9, 1 << 20, FOREVER).isPresent());
        assertEquals(CancelResult.TOO_LATE, outbox.cancel(event("a").key()));
        assertEquals(0, spooled(outbox));
    }

    @Test
    void cancellingFailsIfTheDatabaseCannotBeAskedAndTheEventIsNotMoved() throws Exception {
        SpooledOutbox outbox = openStill(builder());
        main.mode(Mode.DOWN);
        add(outbox, "a");
        Await.until(() -> main.asked().size() >= 2);
        var e = assertThrows(
                OutboxException.class, () -> outbox.cancel(event("a").key()));
        assertTrue(e.getMessage().contains("removed from the spool"), e.getMessage());
        assertEquals(
                FlakyOutbox.REASON,
                assertThrows(
                                OutboxException.class,
                                () -> outbox.cancel(event("nowhere").key()))
                        .getMessage());
        main.mode(Mode.WORKING);
        reopenAndMove(outbox);
        assertEquals(List.of(), main.stored());
    }

    @Test
    void cancellingWaitsForAMoveAndForASubmitThatWasGivenUp() throws Exception {
        SpooledOutbox outbox = openStill(builder().mainWait(Duration.ofMillis(20)));
        main.mode(Mode.HANGING);
        add(outbox, "a");
        Await.until(() -> main.hanging() == 2); // the submit and the move
        CompletableFuture<CancelResult> cancelled = new CompletableFuture<>();
        Thread cancelling =
                new Thread(() -> cancelled.complete(outbox.cancel(event("a").key())));
        cancelling.start();
        Await.until(() -> cancelled.isDone()
                || Arrays.stream(cancelling.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(KeyGuard.class.getName())
                                && frame.getMethodName().equals("waitUntil")));
        assertFalse(cancelled.isDone(), "answered although the database may store it");
        main.release();
        assertEquals(CancelResult.CANCELLED, cancelled.get(20, TimeUnit.SECONDS));
        assertEquals(0, spooled(outbox));
        assertEquals(0, outbox.backlog(ACCOUNT).waiting());
    }

    @Test
    void aSearchFindsEventsOfTheSpoolAndOfTheDatabaseOnce() throws Exception {
        SpooledOutbox outbox = openStill(builder());
        add(outbox, "database");
        main.mode(Mode.STORING_AND_FAILING);
        add(outbox, "both");
        main.mode(Mode.DOWN);
        add(outbox, "spool");
        main.mode(Mode.WORKING);
        assertEquals(
                List.of("both", "database", "spool"),
                outbox.find(event -> true).stream()
                        .map(found -> found.key().id())
                        .sorted()
                        .toList());
        assertEquals(1, outbox.find(event -> event.id().equals("both")).size());
    }

    private void reopenAndMove(SpooledOutbox outbox) throws InterruptedException {
        outbox.close();
        opened.clear();
        SpooledOutbox next = open(builder());
        Await.until(() -> spooled(next) == 0);
    }
}
