// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.EpikException;
import dev.epik.capi.ForwardingOutbox;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.FlakyOutbox.Mode;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.outbox.spool.KeyGuard;
import dev.epik.capi.outbox.spool.MainOutbox;
import dev.epik.capi.outbox.spool.RefusedEvents;
import dev.epik.capi.outbox.spool.SpoolLog;
import dev.epik.capi.outbox.table.TransactionKind;
import dev.epik.testing.Await;
import dev.epik.testing.LogCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SpooledOutboxTest {
    private static final Duration FOREVER = Duration.ofHours(1);

    private final FlakyOutbox main = new FlakyOutbox(MemoryOutbox.ofCapacity(10_000));
    private final LogCapture ear = LogCapture.of(SpooledOutbox.class);
    private final List<SpooledOutbox> opened = new ArrayList<>();

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("spool.db");
    }

    @AfterEach
    void close() {
        opened.forEach(SpooledOutbox::close);
        ear.close();
    }

    private SpooledOutbox.Builder builder() {
        return builder(() -> main);
    }

    private SpooledOutbox.Builder builder(Supplier<Outbox> database) {
        return SpooledOutbox.builder(database, file)
                .mainWait(Duration.ofSeconds(30))
                .patience(Duration.ofMillis(1))
                .backoff(Duration.ofMillis(5), Duration.ofMillis(20));
    }

    private SpooledOutbox open(SpooledOutbox.Builder builder) {
        SpooledOutbox outbox = builder.open();
        opened.add(outbox);
        return outbox;
    }

    /** Opens an outbox that moves events only on request after the first attempt. */
    private SpooledOutbox openStill(SpooledOutbox.Builder builder) throws InterruptedException {
        SpooledOutbox outbox = open(builder.backoff(FOREVER, FOREVER));
        Await.until(() -> Thread.getAllStackTraces().keySet().stream()
                .anyMatch(
                        thread -> thread.getName().equals("epik-spool") && thread.getState() == Thread.State.WAITING));
        return outbox;
    }

    static StoredEvent event(String id) {
        return new StoredEvent(ACCOUNT, "checkout", id, "{\"event_id\":\"" + id + "\"}", Instant.now(), false);
    }

    private static Outbox.Added add(Outbox outbox, String id) {
        return outbox.add(event(id)).join();
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "e" + i).toList();
    }

    private static int spooled(SpooledOutbox outbox) {
        return outbox.spooled(ACCOUNT).waiting();
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

    // --- storing

    @Test
    void spoolStaysEmptyWhileTheDatabaseWorks() {
        SpooledOutbox outbox = open(builder());
        assertEquals(Outbox.Added.STORED, add(outbox, "a"));
        assertEquals(Outbox.Added.ALREADY_STORED, add(outbox, "a"));
        assertEquals(List.of("a"), main.stored());
        assertEquals(List.of(), outbox.spooledAccounts());
        assertEquals(List.of(), ear.lines());
    }

    @Test
    void eventsOfAnOutageAreMovedOnceInTheirOrder() throws Exception {
        SpooledOutbox outbox = open(builder());
        main.mode(Mode.DOWN);
        for (String id : ids(0, 1200)) {
            assertEquals(Outbox.Added.STORED, add(outbox, id));
        }
        assertEquals(Outbox.Added.ALREADY_STORED, add(outbox, "e7"));
        assertEquals(1200, spooled(outbox));
        assertEquals(List.of(), main.stored());
        main.mode(Mode.WORKING);
        Await.until(() -> spooled(outbox) == 0);
        assertEquals(ids(0, 1200), main.stored());
        Await.until(() -> ear.lines().size() == 2);
        assertEquals(
                "WARNING Events are stored in the spool " + file
                        + " until the database of the outbox can store them. the database is down",
                ear.lines().get(0));
        assertEquals(
                "INFO The spool " + file + " is empty: 1,200 events were moved to the database of the outbox",
                ear.lines().get(1));
        assertEquals(Outbox.Added.STORED, add(outbox, "after"));
        assertFalse(main.asked().get(main.asked().size() - 1).startsWith("epik-spool"), "stored by a move");
    }

    @Test
    void eventsOfOneListAreMovedInItsOrder() throws Exception {
        SpooledOutbox outbox = open(builder());
        main.mode(Mode.DOWN);
        outbox.addAll(ids(0, 300).stream().map(SpooledOutboxTest::event).toList())
                .join();
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
        ids(0, 50).forEach(id -> assertEquals(Outbox.Added.STORED, add(outbox, id)));
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
        assertEquals(Outbox.Added.STORED, add(outbox, "a"));
        main.mode(Mode.WORKING);
        Await.until(() -> spooled(outbox) == 0);
        assertEquals(List.of("a"), main.stored());
        assertEquals(1, outbox.backlog(ACCOUNT).waiting());
    }

    @Test
    void anEventGoesToTheSpoolIfTheDatabaseDoesNotAnswer() throws Exception {
        SpooledOutbox outbox = openStill(builder().mainWait(Duration.ofMillis(50)));
        main.mode(Mode.HANGING);
        assertEquals(Outbox.Added.STORED, add(outbox, "a"));
        assertEquals(Outbox.Added.STORED, add(outbox, "b"));
        assertEquals(2, spooled(outbox));
        assertTrue(ear.lines().get(0).contains("did not answer within 50 ms"), ear.lines()::toString);
        Await.until(() -> main.hanging() == 2);
        main.release(); // ends the submit of a, and the move of a and b
        Await.until(() -> spooled(outbox) == 0);
        assertEquals(List.of("a", "b"), main.stored());
    }

    @Test
    void aSlowAnswerInTimeIsTheDatabasesAnswer() {
        SpooledOutbox outbox = open(builder());
        main.mode(Mode.HANGING);
        CompletableFuture<Outbox.Added> answer = outbox.add(event("a"));
        main.release();
        assertEquals(Outbox.Added.STORED, answer.join());
        assertEquals(List.of(), outbox.spooledAccounts());
    }

    @Test
    void eventsGoToTheSpoolIfTheDatabaseHasNoRoom() throws Exception {
        SpooledOutbox outbox = open(builder());
        main.mode(Mode.FULL);
        assertEquals(
                List.of(Outbox.Added.STORED, Outbox.Added.STORED),
                outbox.addAll(List.of(event("a"), event("b"))).join());
        assertEquals(2, spooled(outbox));
        main.mode(Mode.WORKING);
        Await.until(() -> spooled(outbox) == 0);
        assertEquals(List.of("a", "b"), main.stored());
    }

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
        assertEquals(Outbox.Added.STORED, add(outbox, "small"));
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

    private static void assertNotStored(Outbox outbox, String id, String reason) {
        var e = assertThrows(CompletionException.class, () -> add(outbox, id));
        String message = MainOutbox.describe(e);
        assertTrue(message.contains(reason), message);
    }

    // --- bad events

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
            assertTrue(ear.lines().stream()
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
        assertEquals(Outbox.Added.STORED, add(outbox, "bad"));
        for (int i = 0; outbox.spooled(ACCOUNT).dead() == 0; i++) {
            assertEquals(Outbox.Added.STORED, add(outbox, "good-" + i));
        }
        assertTrue(main.asked().stream()
                .anyMatch(call -> call.startsWith(Thread.currentThread().getName() + " good-")));
    }

    @Test
    void addingADeadLetterOfTheDatabaseReturnsThatItIsDead() {
        SpooledOutbox outbox = open(builder());
        reject(outbox, "a");
        assertEquals(Outbox.Added.ALREADY_DEAD, add(outbox, "a"));
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
        assertEquals(Outbox.Added.ALREADY_DEAD, add(outbox, "bad"));
        assertEquals(1, outbox.spooled(ACCOUNT).dead());
    }

    @Test
    void aMovedEventThatIsADeadLetterOfTheDatabaseIsLogged() throws Exception {
        SpooledOutbox outbox = open(builder());
        reject(outbox, "a");
        main.mode(Mode.DOWN);
        assertEquals(Outbox.Added.STORED, add(outbox, "a"), "the spool does not know it");
        assertEquals(Outbox.Added.STORED, add(outbox, "b"));
        main.mode(Mode.WORKING);
        Await.until(() -> spooled(outbox) == 0);
        String line = "WARNING 1 events of the spool " + file
                + " are dead letters in the database of the outbox, and are not sent. The first is checkout a.";
        Await.until(() -> ear.lines().stream().anyMatch(each -> each.startsWith(line)));
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

    // --- lifetime

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
        assertTrue(ear.lines().get(1).contains("Closed with events in the spool"), ear.lines()::toString);
        assertNotStored(outbox, "x", "is closed");
        opened.clear();
        SpooledOutbox next = open(builder());
        assertEquals(3, spooled(next));
        assertEquals(Outbox.Added.ALREADY_STORED, add(next, "e1"));
        main.mode(Mode.WORKING);
        Await.until(() -> spooled(next) == 0);
        assertEquals(ids(0, 3), main.stored());
    }

    @Test
    void closingSpoolsEventsThatTheDatabaseDoesNotAnswer() throws Exception {
        SpooledOutbox outbox = openStill(builder().mainWait(Duration.ofMillis(300)));
        main.mode(Mode.HANGING);
        CompletableFuture<Outbox.Added> answer = outbox.add(event("a"));
        outbox.close();
        assertEquals(Outbox.Added.STORED, answer.get(0, TimeUnit.SECONDS));
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
        assertEquals(Outbox.Added.STORED, add(outbox, "a"));
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
        assertEquals(Outbox.Added.STORED, add(open(builder()), "a"));
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

    // --- cancelling

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

    private void reopenAndMove(SpooledOutbox outbox) throws InterruptedException {
        outbox.close();
        opened.clear();
        SpooledOutbox next = open(builder());
        Await.until(() -> spooled(next) == 0);
    }

    // --- decisions

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

    @Test
    void spooledEventsAreReportedAsOverdueOnce() {
        SpoolLog log = new SpoolLog(file);
        log.began("down");
        log.oldest(Duration.ofMinutes(5), "down");
        log.oldest(Duration.ofMinutes(6), "down");
        log.oldest(Duration.ofMinutes(7), "down");
        log.emptied();
        log.emptied();
        log.oldest(Duration.ofMinutes(8), "");
        assertEquals(
                List.of("WARNING", "SEVERE", "INFO"),
                ear.lines().stream()
                        .map(line -> line.substring(0, line.indexOf(' ')))
                        .toList());
        assertTrue(ear.lines().get(1).contains("for 6 min"), ear.lines()::toString);
    }
}
