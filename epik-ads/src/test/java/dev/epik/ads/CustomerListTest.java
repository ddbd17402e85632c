// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads;

import static dev.epik.ads.AdsFixture.rejected;
import static dev.epik.ads.ListFixture.done;
import static dev.epik.ads.ListFixture.hashes;
import static dev.epik.ads.ListFixture.rows;
import static dev.epik.ads.ListFixture.sha256;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.ads.lists.ListCrashPoint;
import dev.epik.testkit.FakeResponse;
import dev.epik.testkit.WriteFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads and syncs of customer lists. */
@Timeout(60)
class CustomerListTest extends CustomerListTestBase {

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 10, 11, 20, 25})
    void uploadSendsEachRowOnce(int count) {
        ListUpdate update = done(fixture.lists().upload(rows(0, count), fixture.settings()));

        assertEquals(hashes(0, count), fixture.sent());
        assertEquals(count, fixture.uploaded());
        assertEquals(count, update.added());
        assertEquals((count + 9) / 10, fixture.ads.pinterest.ads().writes());
    }

    @Test
    void duplicatesAreSentOnce() {
        ListUpdate update = done(fixture.lists()
                .upload(
                        CustomerRows.emails(Stream.of("a@shop.example", " A@Shop.Example ", "b@shop.example")),
                        fixture.settings()));

        assertEquals(1, update.duplicates());
        assertEquals(2, fixture.uploaded());
    }

    @Test
    void syncSendsTheDifferenceOnly() {
        done(fixture.lists().upload(rows(0, 100), fixture.settings()));

        ListUpdate update = done(fixture.lists().sync(rows(5, 103), fixture.settings()));

        assertEquals(hashes(5, 103), fixture.sent());
        assertEquals(5, update.removed());
        assertEquals(3, update.added());
        assertEquals(95, update.unchanged());
        assertEquals(103, fixture.uploaded());
        assertEquals(5, fixture.removed());
    }

    @Test
    void syncOfTheSameRowsSendsNothing() {
        done(fixture.lists().sync(rows(0, 30), fixture.settings()));
        int writes = fixture.ads.pinterest.ads().writes();

        ListUpdate update = done(fixture.lists().sync(rows(0, 30), fixture.settings()));

        assertEquals(30, update.unchanged());
        assertEquals(writes, fixture.ads.pinterest.ads().writes());
    }

    @Test
    void uploadRemovesNothing() {
        done(fixture.lists().upload(rows(0, 20), fixture.settings()));
        done(fixture.lists().upload(rows(20, 30), fixture.settings()));

        assertEquals(hashes(0, 30), fixture.sent());
        assertEquals(30, fixture.uploaded());
    }

    @Test
    void massRemovalNeedsAConfirmation() {
        done(fixture.lists().sync(rows(0, 1000), fixture.settings()));
        int writes = fixture.ads.pinterest.ads().writes();

        done(fixture.lists().sync(rows(100, 1000), fixture.settings()));
        WriteResult.Rejected<ListUpdate> refused = rejected(fixture.lists().sync(rows(201, 1000), fixture.settings()));
        assertTrue(refused.message().startsWith("101 of the 900 rows of the list would be removed"), refused.message());
        assertEquals(hashes(100, 1000), fixture.sent());
        assertTrue(fixture.ads.pinterest.ads().writes() > writes);

        done(fixture.lists().sync(rows(201, 1000), fixture.settings().maxRemoval(20, 100)));
        done(fixture.lists().sync(rows(900, 1000), fixture.settings().allowMassRemoval()));
        assertEquals(hashes(900, 1000), fixture.sent());
    }

    @Test
    void anEmptyFileNeverEmptiesAListUnasked() {
        done(fixture.lists().sync(rows(0, 5), fixture.settings()));

        WriteResult.Rejected<ListUpdate> refused = rejected(fixture.lists().sync(rows(0, 0), fixture.settings()));

        assertTrue(refused.message().startsWith("All 5 rows"), refused.message());
        done(fixture.lists().sync(rows(0, 0), fixture.settings().allowMassRemoval()));
        assertEquals(Set.of(), fixture.sent());
    }

    @Test
    void nothingToSendCreatesNoList() {
        assertFalse(
                rejected(fixture.lists().upload(rows(0, 0), fixture.settings())).isSent());
        assertEquals(0, fixture.ads.pinterest.ads().writes());
    }

    @Test
    void suppressedRowsAreLeftOutAndRemoved() {
        done(fixture.lists().sync(rows(0, 10), fixture.settings()));
        Set<String> optedOut = hashes(3, 5);

        ListUpdate update = done(fixture.lists()
                .sync(
                        rows(0, 10),
                        fixture.settings().suppress(row -> row.hashes().stream().anyMatch(optedOut::contains))));

        assertEquals(2, update.suppressed());
        assertEquals(2, update.removed());
        assertFalse(fixture.sent().stream().anyMatch(optedOut::contains));
    }

    @Test
    void aListOfTheSameNameIsNotTaken() {
        String id = fixture.ads.pinterest.ads().addCustomerList(Map.of("name", ListFixture.NAME, "list_type", "EMAIL"));

        WriteResult.Rejected<ListUpdate> refused = rejected(fixture.lists().upload(rows(0, 3), fixture.settings()));
        assertTrue(refused.message().contains(id), refused.message());

        done(fixture.lists().upload(rows(0, 3), fixture.settings().useList(id)));
        assertEquals(hashes(0, 3), fixture.sent());
    }

    @Test
    void aDirectoryBelongsToOneList() {
        done(fixture.lists().upload(rows(0, 3), fixture.settings()));

        String other = rejected(fixture.lists().upload(rows(0, 3), ListSettings.of("Buyers", fixture.directory)))
                .message();
        String form = rejected(fixture.lists()
                        .upload(
                                CustomerRows.of(Stream.of(CustomerRow.builder()
                                        .email("a@shop.example")
                                        .build())),
                                fixture.settings()))
                .message();

        assertTrue(other.contains("\"Newsletter\""), other);
        assertTrue(form.contains("emails only"), form);
    }

    @Test
    void aDeletedListIsReported() {
        done(fixture.lists().upload(rows(0, 3), fixture.settings()));
        String id = fixture.lists().findByName(ListFixture.NAME).get(0).id();
        fixture.ads.pinterest.ads().remove(id);

        String message =
                rejected(fixture.lists().upload(rows(0, 4), fixture.settings())).message();

        assertTrue(message.startsWith("Pinterest has no customer list with the id " + id), message);
    }

    @ParameterizedTest
    @EnumSource(
            value = WriteFault.class,
            names = {"ERROR_BEFORE", "ERROR_AFTER", "CLOSED_BEFORE", "CLOSED_AFTER", "RATE_LIMITED"})
    void aFailedChangeIsRepeated(WriteFault fault) {
        fixture.ads.pinterest.ads().failWrite(2, fault);

        done(fixture.lists().upload(rows(0, 30), fixture.settings()));

        assertEquals(hashes(0, 30), fixture.sent());
    }

    @ParameterizedTest
    @EnumSource(
            value = WriteFault.class,
            names = {"ERROR_AFTER", "CLOSED_AFTER"})
    void aCreationWhoseAnswerIsLostIsFoundByItsName(WriteFault fault) {
        fixture.ads.pinterest.ads().failWrite(1, fault);

        done(fixture.lists().upload(rows(0, 30), fixture.settings()));

        assertEquals(1, fixture.ads.pinterest.ads().customerLists().size());
        assertEquals(hashes(0, 30), fixture.sent());
    }

    @ParameterizedTest
    @EnumSource(
            value = WriteFault.class,
            names = {"ERROR_BEFORE", "CLOSED_BEFORE"})
    void aCreationThatIsNotFoundIsUnknownAndNotRepeated(WriteFault fault) {
        fixture.ads.pinterest.ads().failWrite(1, fault);

        assertInstanceOf(WriteResult.Unknown.class, fixture.lists().upload(rows(0, 30), fixture.settings()));
        assertEquals(1, fixture.ads.pinterest.ads().writes());

        done(fixture.lists().upload(rows(0, 30), fixture.settings()));
        assertEquals(1, fixture.ads.pinterest.ads().customerLists().size());
        assertEquals(hashes(0, 30), fixture.sent());
    }

    @Test
    void aRefusedCreationCanBeRunAgain() {
        fixture.ads.pinterest.ads().maxRecords(5);
        WriteResult.Rejected<ListUpdate> refused = rejected(fixture.lists().upload(rows(0, 30), fixture.settings()));
        assertTrue(refused.isSent());

        done(fixture.lists().upload(rows(0, 30), fixture.settings().rowsPerRequest(5)));
        assertEquals(hashes(0, 30), fixture.sent());
        assertEquals(30, fixture.uploaded());
    }

    @Test
    void aRefusedChunkStopsAndTheNextRunContinues() {
        done(fixture.lists().upload(rows(0, 10), fixture.settings()));
        fixture.ads.pinterest.ads().maxRecords(9);
        assertTrue(rejected(fixture.lists().sync(rows(1, 41), fixture.settings()))
                .message()
                .contains("1 removed"));
        fixture.ads.pinterest.ads().maxRecords(10);

        done(fixture.lists().sync(rows(1, 41), fixture.settings()));

        assertEquals(hashes(1, 41), fixture.sent());
    }

    /** A process that dies, as far as one process can play it: the error leaves all files as they are. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Runs until a step is reached for the given time. Returns whether it was. */
    private boolean killedAt(int step, int from, int to) {
        AtomicInteger steps = new AtomicInteger();
        try {
            done(fixture.lists()
                    .with(point -> {
                        if (steps.incrementAndGet() == step) {
                            throw new Killed();
                        }
                    })
                    .sync(rows(from, to), fixture.settings()));
            return false;
        } catch (Killed e) {
            return true;
        }
    }

    @Test
    void aRunThatDiesAtAnyStepContinues() {
        for (int step = 1; ; step++) {
            Path list = fixture.directory;
            if (!killedAt(step, 0, 35)) {
                assertTrue(step > 15, "steps: " + step);
                break;
            }
            done(fixture.lists().sync(rows(0, 35), fixture.settings()));
            assertEquals(1, fixture.ads.pinterest.ads().customerLists().size(), "lists at step " + step);
            assertEquals(hashes(0, 35), fixture.sent(), "step " + step);
            assertTrue(fixture.uploaded() <= 45, "only the rows of one request are sent twice, step " + step);
            fixture.close();
            fixture = new ListFixture(temp.resolve("" + step));
            assertFalse(list.equals(fixture.directory));
        }
    }

    @Test
    void aSyncThatDiesAtAnyStepSendsNoRowThatIsNotWantedAnyMore() {
        for (int step = 1; ; step++) {
            fixture.close();
            fixture = new ListFixture(temp.resolve("" + step));
            done(fixture.lists().sync(rows(0, 40), fixture.settings()));
            if (!killedAt(step, 15, 60)) {
                break;
            }
            Set<String> optedOut = new TreeSet<>(hashes(50, 60));
            int calls = fixture.ads.pinterest.ads().calls().size();

            done(fixture.lists().sync(rows(15, 50), fixture.settings()));

            assertEquals(hashes(15, 50), fixture.sent(), "step " + step);
            fixture.ads.pinterest.ads().calls().stream()
                    .skip(calls)
                    .filter(call -> call.body().contains("\"ADD\""))
                    .forEach(call ->
                            optedOut.forEach(hash -> assertFalse(call.body().contains(hash), "sent after removal")));
        }
    }

    @Test
    void twoCrashesInARowAreSettled() {
        for (int step = 5; step < 14; step++) {
            fixture.close();
            fixture = new ListFixture(temp.resolve("" + step));
            killedAt(step, 0, 35);
            killedAt(step - 1, 5, 45);
            killedAt(4, 10, 45);
            done(fixture.lists().sync(rows(10, 40), fixture.settings()));
            assertEquals(hashes(10, 40), fixture.sent(), "step " + step);
        }
    }

    /** Runs with random rows, which die at random steps or meet random faults. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anySequenceOfRunsEndsWithTheWantedRows(long seed) {
        Random random = new Random(seed);
        WriteFault[] faults = {
            WriteFault.ERROR_BEFORE, WriteFault.ERROR_AFTER, WriteFault.CLOSED_AFTER, WriteFault.CLOSED_BEFORE
        };
        for (int round = 0; round < 12; round++) {
            int from = random.nextInt(40);
            int to = from + 1 + random.nextInt(60);
            if (random.nextBoolean()) {
                int write = fixture.ads.pinterest.ads().writes() + 1 + random.nextInt(3);
                fixture.ads.pinterest.ads().failWrite(write, faults[random.nextInt(faults.length)]);
            }
            int calls = fixture.ads.pinterest.ads().calls().size();
            AtomicInteger steps = new AtomicInteger();
            int dies = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(25);
            boolean isDone = false;
            try {
                isDone = fixture.lists()
                                .with(point -> {
                                    if (steps.incrementAndGet() == dies) {
                                        throw new Killed();
                                    }
                                })
                                .sync(rows(from, to), fixture.settings().allowMassRemoval())
                        instanceof WriteResult.Applied;
            } catch (Killed e) {
                // the next run continues
            }
            Set<String> wanted = hashes(from, to);
            fixture.ads.pinterest.ads().calls().stream()
                    .skip(calls)
                    .filter(call -> !call.method().equals("GET") && !call.body().contains("\"REMOVE\""))
                    .forEach(call -> assertTrue(wanted.containsAll(records(call.body())), "a row that is not wanted"));
            if (isDone) {
                assertEquals(wanted, fixture.sent(), "seed " + seed + ", round " + round);
            }
        }
        done(fixture.lists().sync(rows(7, 33), fixture.settings().allowMassRemoval()));
        assertEquals(hashes(7, 33), fixture.sent());
        assertEquals(1, fixture.ads.pinterest.ads().customerLists().size());
    }

    private static List<String> records(String body) {
        return List.of(body.replaceFirst(".*\"records\":\"", "")
                .replaceFirst("\".*", "")
                .split(","));
    }

    @Test
    void anInterruptedRunSaysSoAndTheNextOneContinues() {
        done(fixture.lists().sync(rows(0, 5), fixture.settings()));
        CustomerListClient interrupted = fixture.lists().with(point -> {
            if (point == ListCrashPoint.BEFORE_REQUEST) {
                Thread.currentThread().interrupt();
            }
        });

        WriteResult<ListUpdate> result = interrupted.sync(rows(0, 30), fixture.settings());

        assertTrue(Thread.interrupted());
        assertEquals(
                "The thread was interrupted. Some rows were sent: run it again, and it continues",
                assertInstanceOf(WriteResult.Unknown.class, result).message());
        done(fixture.lists().sync(rows(0, 30), fixture.settings()));
        assertEquals(hashes(0, 30), fixture.sent());
    }

    @Test
    void theJournalHasNoRows() throws Exception {
        Path journal = temp.resolve("journal");
        try (ListFixture journaled = new ListFixture(temp.resolve("journaled"), journal)) {
            done(journaled.lists().sync(rows(0, 30), journaled.settings()));
        }

        String text = Files.readString(journal);
        assertTrue(text.contains("\"rows\":10"), text);
        hashes(0, 30).forEach(hash -> assertFalse(text.contains(hash)));
    }

    @Test
    void pinterestsTextIsMasked() {
        done(fixture.lists().sync(rows(0, 5), fixture.settings()));
        String hash = sha256("person7@shop.example");
        fixture.ads
                .pinterest
                .ads()
                .respondWith(
                        FakeResponse.of(200, "{\"id\":\"1\"}"),
                        FakeResponse.of(
                                400,
                                "{\"code\":7,\"message\":\"Bad row " + hash
                                        + " and person7@shop.example of 192.0.2.77\"}"));

        String message =
                rejected(fixture.lists().sync(rows(0, 8), fixture.settings())).message();

        assertTrue(message.startsWith("Bad row [hash] and [email address] of [IP address] (code 7)"), message);
    }

    @Test
    void aRunIsAppliedAlsoIfTheListCannotBeReadAfterIt() {
        done(fixture.lists().sync(rows(0, 5), fixture.settings()));
        FakeResponse down = FakeResponse.serverError();
        fixture.ads.pinterest.ads().respondWith(FakeResponse.of(200, "{\"id\":\"1\"}"), down, down, down, down);

        ListUpdate update = done(fixture.lists().sync(rows(0, 5), fixture.settings()));

        assertEquals(5, update.unchanged());
        assertEquals("Newsletter", update.list().name());
    }

    @Test
    void aLongTextOfPinterestIsMaskedBeforeItIsCut() {
        fixture.ads
                .pinterest
                .ads()
                .respondWith(
                        FakeResponse.of(200, "{\"items\":[]}"),
                        FakeResponse.of(400, "{\"message\":\"" + "x".repeat(290) + " canary-id-4711\"}"));
        CustomerRow row = CustomerRow.builder().externalId("canary-id-4711").build();

        String message = rejected(fixture.lists().upload(CustomerRows.of(Stream.of(row)), fixture.settings()))
                .message();

        assertTrue(message.contains("x [value]"), message);
        assertFalse(message.contains("canary"), message);
    }
}
