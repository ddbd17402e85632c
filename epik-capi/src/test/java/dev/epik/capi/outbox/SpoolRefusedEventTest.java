// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.DeadLetter;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.FlakyOutbox.Mode;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.outbox.spool.RefusedEvents;
import dev.epik.capi.outbox.table.TransactionKind;
import dev.epik.testing.Await;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Events that the database refuses while it accepts others, and malformed rows of the spool. */
class SpoolRefusedEventTest extends SpoolTestBase {
    @Test
    void anEventThatTheDatabaseRefusesIsSetAsideAndTheOthersAreMoved() throws Exception {
        for (int bad : new int[] {0, 20, 39}) {
            String before = "before-" + bad + "-";
            main.mode(Mode.DOWN);
            SpooledOutbox outbox = open(builder());
            for (int i = 0; i < 40; i++) {
                add(outbox, before + i);
            }
            main.bad.add(before + bad);
            main.mode(Mode.WORKING);
            for (int i = 0; outbox.spooled(ACCOUNT).dead() == 0; i++) { // the shop continues
                add(outbox, "after-" + bad + "-" + i);
            }
            Await.until(() -> spooled(outbox) == 0);
            DeadLetter letter = outbox.deadLetters(ACCOUNT, 9).get(0);
            assertEquals(before + bad, letter.event().id());
            assertEquals("refused by the database of the outbox: the database is down", letter.reason());
            assertEquals(1, outbox.backlog(ACCOUNT).dead());
            assertTrue(log.lines().stream()
                    .anyMatch(line -> line.startsWith("SEVERE The database of the outbox refuses")));
            List<String> moved =
                    main.stored().stream().filter(id -> id.startsWith(before)).toList();
            assertEquals(39, moved.size());
            assertEquals(
                    moved,
                    IntStream.range(0, 40)
                            .mapToObj(i -> before + i)
                            .filter(id -> !id.equals(before + bad))
                            .toList());
            main.bad.clear();
            assertEquals(
                    1,
                    outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), DeadLetter.Scope.RECENT)
                            .events());
            Await.until(() -> main.stored().contains(before + bad));
            Await.until(() -> spooled(outbox) == 0);
            assertEquals(List.of(), outbox.spool().verify(), "the books of the spool");
            outbox.close();
            opened.clear();
        }
    }

    @Test
    void aRefusedEventKeepsNoOtherFromTheDatabase() throws Exception {
        SpooledOutbox outbox = open(builder());
        main.bad.add("bad");
        assertEquals(EventStore.Added.STORED, add(outbox, "bad"));
        for (int i = 0; outbox.spooled(ACCOUNT).dead() == 0; i++) {
            assertEquals(EventStore.Added.STORED, add(outbox, "good-" + i));
        }
        assertTrue(main.asked().stream()
                .anyMatch(call -> call.startsWith(Thread.currentThread().getName() + " good-")));
    }

    @Test
    void addingADeadLetterOfTheDatabaseReturnsThatItIsDead() {
        SpooledOutbox outbox = open(builder());
        reject(outbox, "a");
        assertEquals(EventStore.Added.ALREADY_DEAD, add(outbox, "a"));
        assertEquals(List.of(), outbox.spooledAccounts());
    }

    @Test
    void addingADeadLetterOfTheSpoolReturnsThatItIsDead() throws Exception {
        SpooledOutbox outbox = open(builder());
        main.bad.add("bad");
        add(outbox, "bad");
        for (int i = 0; outbox.spooled(ACCOUNT).dead() == 0; i++) {
            add(outbox, "good-" + i);
        }
        assertEquals(EventStore.Added.ALREADY_DEAD, add(outbox, "bad"));
        assertEquals(1, outbox.spooled(ACCOUNT).dead());
    }

    @Test
    void aMovedEventThatIsADeadLetterOfTheDatabaseIsLogged() throws Exception {
        SpooledOutbox outbox = open(builder());
        reject(outbox, "a");
        main.mode(Mode.DOWN);
        assertEquals(EventStore.Added.STORED, add(outbox, "a"), "the spool does not know it");
        assertEquals(EventStore.Added.STORED, add(outbox, "b"));
        main.mode(Mode.WORKING);
        Await.until(() -> spooled(outbox) == 0);
        String line = "WARNING 1 events of the spool " + file
                + " are dead letters in the database of the outbox, and are not sent. The first is checkout a.";
        Await.until(() -> log.lines().stream().anyMatch(each -> each.startsWith(line)));
        assertEquals(1, outbox.deadLetters(ACCOUNT, 9).size());
    }

    /** Makes an event a dead letter of the database. */
    private static void reject(SpooledOutbox outbox, String id) {
        add(outbox, id);
        Batch batch = outbox.claim(ACCOUNT, ClaimKind.ONLINE, 1, 1 << 20, Duration.ofMinutes(1))
                .orElseThrow();
        outbox.settle(batch, List.of(Settlement.of(batch.claimed().get(0), new Outcome.Rejected("no"))));
    }

    @Test
    void malformedRowsAreSetAsideAndTheOthersAreMoved() throws Exception {
        SpooledOutbox outbox = openStill(builder());
        main.mode(Mode.DOWN);
        ids(0, 4).forEach(id -> add(outbox, id));
        outbox.spool().transaction(TransactionKind.OTHER, (connection, now) -> {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("UPDATE epik_outbox SET json = NULL WHERE event_id = 'e0'");
                return statement.executeUpdate("UPDATE epik_outbox SET event_id = NULL WHERE event_id = 'e2'");
            }
        });
        main.mode(Mode.WORKING);
        outbox.close();
        opened.clear();
        SpooledOutbox next = open(builder());
        Await.until(() -> spooled(next) == 0);
        assertEquals(List.of("e1", "e3"), main.stored());
        assertEquals(2, next.deadLetters(ACCOUNT, 9).size());
        assertEquals(List.of(), next.spool().verify());
    }

    @Test
    void anEventIsRefusedOnlyIfOthersWereStoredBetweenItsFailures() {
        RefusedEvents refused = new RefusedEvents(Duration.ofNanos(100));
        StoredEvent.Key key = event("a").key();
        for (int i = 0; i < 10; i++) {
            assertFalse(refused.failedAlone(key, 7, i), "an outage");
        }
        assertFalse(refused.failedAlone(key, 8, 10));
        assertFalse(refused.failedAlone(key, 9, 99), "too soon");
        assertFalse(refused.failedAlone(key, 9, 100), "an outage");
        assertTrue(refused.failedAlone(key, 10, 100));
        refused.forget(key);
        assertFalse(refused.contains(key));
    }
}
