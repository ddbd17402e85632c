// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.outbox.FlakyOutbox.Mode;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spool.SpoolLog;
import dev.epik.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Stores events in the spool while the database fails, and moves them afterwards. */
class SpooledOutboxTest extends SpoolTestBase {
    @Test
    void spoolStaysEmptyWhileTheDatabaseWorks() {
        SpooledOutbox outbox = open(builder());
        assertEquals(EventStore.Added.STORED, add(outbox, "a"));
        assertEquals(EventStore.Added.ALREADY_STORED, add(outbox, "a"));
        assertEquals(List.of("a"), main.stored());
        assertEquals(List.of(), outbox.spooledAccounts());
        assertEquals(List.of(), log.lines());
    }

    @Test
    void eventsOfAnOutageAreMovedOnceInTheirOrder() throws Exception {
        SpooledOutbox outbox = open(builder());
        main.mode(Mode.DOWN);
        for (String id : ids(0, 1200)) {
            assertEquals(EventStore.Added.STORED, add(outbox, id));
        }
        assertEquals(EventStore.Added.ALREADY_STORED, add(outbox, "e7"));
        assertEquals(1200, spooled(outbox));
        assertEquals(List.of(), main.stored());
        main.mode(Mode.WORKING);
        Await.until(() -> spooled(outbox) == 0);
        assertEquals(ids(0, 1200), main.stored());
        Await.until(() -> log.lines().size() == 2);
        assertEquals(
                "WARNING Events are stored in the spool " + file
                        + " until the database of the outbox can store them. the database is down",
                log.lines().get(0));
        assertEquals(
                "INFO The spool " + file + " is empty: 1,200 events were moved to the database of the outbox",
                log.lines().get(1));
        assertEquals(EventStore.Added.STORED, add(outbox, "after"));
        assertFalse(main.asked().get(main.asked().size() - 1).startsWith("epik-spool"), "stored by a move");
    }

    @Test
    void eventsOfOneListAreMovedInItsOrder() throws Exception {
        SpooledOutbox outbox = open(builder());
        main.mode(Mode.DOWN);
        outbox.addAll(ids(0, 300).stream().map(SpoolTestBase::event).toList()).join();
        main.mode(Mode.WORKING);
        Await.until(() -> spooled(outbox) == 0);
        assertEquals(ids(0, 300), main.stored());
    }

    @Test
    void aLongOutageSetsNoEventAside() throws Exception {
        SpooledOutbox outbox = open(builder());
        main.mode(Mode.DOWN);
        ids(0, 9).forEach(id -> add(outbox, id));
        int before = main.asked().size();
        Await.until(() -> main.asked().size() > before + 60);
        main.mode(Mode.WORKING);
        Await.until(() -> spooled(outbox) == 0);
        assertEquals(ids(0, 9), main.stored());
        assertEquals(List.of(), outbox.deadLetters(ACCOUNT, 9));
    }

    @Test
    void submitsDoNotTryTheDatabaseWhileItFails() throws Exception {
        SpooledOutbox outbox = openStill(builder());
        main.mode(Mode.DOWN);
        ids(0, 50).forEach(id -> assertEquals(EventStore.Added.STORED, add(outbox, id)));
        assertEquals(
                1,
                main.asked().stream()
                        .filter(call -> !call.startsWith("epik-spool "))
                        .count());
    }

    @Test
    void anEventThatWasStoredInBothIsSentOnce() throws Exception {
        SpooledOutbox outbox = open(builder());
        main.mode(Mode.STORING_AND_FAILING);
        assertEquals(EventStore.Added.STORED, add(outbox, "a"));
        main.mode(Mode.WORKING);
        Await.until(() -> spooled(outbox) == 0);
        assertEquals(List.of("a"), main.stored());
        assertEquals(1, outbox.backlog(ACCOUNT).waiting());
    }

    @Test
    void anEventGoesToTheSpoolIfTheDatabaseDoesNotAnswer() throws Exception {
        SpooledOutbox outbox = openStill(builder().mainWait(Duration.ofMillis(50)));
        main.mode(Mode.HANGING);
        assertEquals(EventStore.Added.STORED, add(outbox, "a"));
        assertEquals(EventStore.Added.STORED, add(outbox, "b"));
        assertEquals(2, spooled(outbox));
        assertTrue(log.lines().get(0).contains("did not answer within 50 ms"), log.lines()::toString);
        Await.until(() -> main.hanging() == 2);
        main.release(); // ends the submit of a, and the move of a and b
        Await.until(() -> spooled(outbox) == 0);
        assertEquals(List.of("a", "b"), main.stored());
    }

    @Test
    void aSlowAnswerInTimeIsTheDatabasesAnswer() {
        SpooledOutbox outbox = open(builder());
        main.mode(Mode.HANGING);
        CompletableFuture<EventStore.Added> answer = outbox.add(event("a"));
        main.release();
        assertEquals(EventStore.Added.STORED, answer.join());
        assertEquals(List.of(), outbox.spooledAccounts());
    }

    @Test
    void eventsGoToTheSpoolIfTheDatabaseHasNoRoom() throws Exception {
        SpooledOutbox outbox = open(builder());
        main.mode(Mode.FULL);
        assertEquals(
                List.of(EventStore.Added.STORED, EventStore.Added.STORED),
                outbox.addAll(List.of(event("a"), event("b"))).join());
        assertEquals(2, spooled(outbox));
        main.mode(Mode.WORKING);
        Await.until(() -> spooled(outbox) == 0);
        assertEquals(List.of("a", "b"), main.stored());
    }

    @Test
    void spooledEventsAreReportedAsOverdueOnce() {
        SpoolLog spoolLog = new SpoolLog(file);
        spoolLog.began("down");
        spoolLog.oldest(Duration.ofMinutes(5), "down");
        spoolLog.oldest(Duration.ofMinutes(6), "down");
        spoolLog.oldest(Duration.ofMinutes(7), "down");
        spoolLog.emptied();
        spoolLog.emptied();
        spoolLog.oldest(Duration.ofMinutes(8), "");
        assertEquals(
                List.of("WARNING", "SEVERE", "INFO"),
                log.lines().stream()
                        .map(line -> line.substring(0, line.indexOf(' ')))
                        .toList());
        assertTrue(log.lines().get(1).contains("for 6 min"), log.lines()::toString);
    }
}
