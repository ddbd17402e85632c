// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.BooksDifference;
import dev.epik.capi.outbox.spi.BooksTotal;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DueAccount;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of outboxes in tables, whose rows another program may change. */
abstract class TableContract extends OutboxContract {
    /** Runs a statement outside of the outbox; returns the number of changed rows. */
    abstract int execute(String sql) throws Exception;

    private Set<String> deadIds() {
        Set<String> ids = new TreeSet<>();
        for (DeadLetter letter : outbox.deadLetters(ACCOUNT, 99)) {
            assertTrue(letter.reason().startsWith("malformed: "), letter.reason());
            ids.add(letter.event().id());
        }
        return ids;
    }

    private void change(String assignment, String id) throws Exception {
        assertEquals(1, execute("UPDATE epik_outbox SET " + assignment + " WHERE event_id = '" + id + "'"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name = NULL",
                "name = ''",
                "event_id = NULL",
                "event_id = ''",
                "json = NULL",
                "json = ''",
                "bytes = NULL",
                "happened_at = NULL",
                "offline = NULL",
                "urgent_until = NULL",
                "urgent_until = -1"
            })
    void aRowWithAnEmptiedColumnBecomesADeadLetterAndHoldsUpNoOther(String assignment) throws Exception {
        addOnline("1", "2");
        change(assignment, "1");
        outbox.peek(ACCOUNT, 9);
        Batch batch = claim(9);
        assertEquals(List.of("2"), ids(batch));
        assertEquals(1, deadIds().size());
        assertEquals(1, settle(batch, ACCEPTED));
        assertEquals(0, waiting());
        assertEquals(0, outbox.peek(ACCOUNT, 9).ready());
        assertEquals(List.of(), outbox.dueAccounts());
    }

    @Test
    void peekCountsNoRowThatCannotBeClaimed() throws Exception {
        addOnline("1", "2");
        change("urgent_until = NULL", "1");
        assertEquals(1, outbox.peek(ACCOUNT, 9).ready());
        assertEquals(Set.of("1"), deadIds());
    }

    @Test
    void emptyClaimMakesUnclaimableRowsDeadLetters() throws Exception {
        addOnline("1", "2", "3");
        change("urgent_until = NULL", "1");
        change("urgent_until = -5", "2");
        change("ready_at = NULL", "3");
        assertEquals(List.of(), claimIds(9));
        assertEquals(Set.of("1", "2", "3"), deadIds());
        assertEquals(0, waiting());
    }

    @Test
    void dueAccountsMakesRowsWithoutAReadyTimeDeadLetters() throws Exception {
        addOnline("1");
        addSuspect("2", "500", Duration.ZERO);
        addOnline("3");
        change("ready_at = NULL", "1");
        change("ready_at = NULL", "2");
        DueAccount due = outbox.dueAccounts().get(0);
        assertTrue(due.readyAt().isPresent());
        assertTrue(due.suspectAt().isEmpty());
        assertEquals(Set.of("1", "2"), deadIds());
        assertEquals(1, waiting());
    }

    @ParameterizedTest
    @ValueSource(strings = {"event_id = '2'", "name = 'lead'", "ad_account = '7'"})
    void aRowThatNoLongerMatchesItsKeyBecomesADeadLetter(String assignment) throws Exception {
        addOnline("1");
        change(assignment, "1");
        String account = assignment.contains("'7'") ? "7" : ACCOUNT;
        assertTrue(outbox.claim(account, ClaimKind.ONLINE, 9, MANY_BYTES, LEASE).isEmpty());
        String reason = outbox.deadLetters(account, 9).get(0).reason();
        assertTrue(reason.startsWith("malformed: another program has changed"), reason);
        assertEquals(0, outbox.backlog(account).waiting());
    }

    @Test
    void settlingUsesTheKeyThatWasClaimed() throws Exception {
        addOnline("1");
        Batch batch = claim(9);
        change("event_id = '2'", "1");
        assertEquals(1, settle(batch, ACCEPTED));
        assertEquals(0, waiting());
    }

    /** Nodes of schema 1 set urgent_until to 0 for events that failed. */
    @Test
    void anOnlineEventInTheOrderOfTheOfflineOnesIsMovedAndClaimedAsOnline() throws Exception {
        addOnline("1");
        add(offline("2"));
        change("urgent_until = 0", "1");
        assertEquals(List.of("2"), claimIds(ClaimKind.OFFLINE));
        assertEquals(List.of("1"), claimIds(ClaimKind.ONLINE));
    }

    @Test
    void anOfflineEventInTheOrderOfTheOnlineOnesIsMovedAndClaimedAsOffline() throws Exception {
        add(offline("1"));
        addOnline("2");
        change("urgent_until = 5", "1");
        assertEquals(List.of("2"), claimIds(ClaimKind.ONLINE));
        assertEquals(List.of("1"), claimIds(ClaimKind.OFFLINE));
    }

    @Test
    void aSuspectWithAnEmptiedColumnBecomesADeadLetter() throws Exception {
        addSuspect("1", "500", Duration.ZERO);
        change("json = NULL", "1");
        assertEquals(List.of(), claimIds(ClaimKind.SUSPECT));
        assertEquals(Set.of("1"), deadIds());
    }

    @Test
    void deliveredRowsAreEmptiedAndDeadLettersKeepTheirHistory() throws Exception {
        addSuspect("1", "500", Duration.ZERO);
        settle(claim(ClaimKind.SUSPECT, 1), new Outcome.Rejected("no"));
        assertEquals(1, execute("UPDATE epik_outbox SET attempts = 7 WHERE state = 1 AND suspect = '500'"));
        addSuspect("2", "500", Duration.ZERO);
        settle(claim(ClaimKind.SUSPECT, 1), ACCEPTED);
        assertEquals(
                1,
                execute("UPDATE epik_outbox SET attempts = NULL WHERE state = 2 AND COALESCE(attempts, failures_alone,"
                        + " failed_alone_since, blames, last_blame, maybe_counted) IS NULL AND suspect IS NULL"));
    }

    @Test
    void forgetRemovesPausesThatHaveEnded() throws Exception {
        outbox.pause("1", Duration.ofMinutes(1), "429");
        outbox.pause("2", Duration.ofMinutes(10), "429");
        tick(Duration.ofMinutes(5));
        outbox.forget(Duration.ofDays(1), Duration.ofDays(1));
        assertEquals(1, execute("UPDATE epik_pause SET reason = 'left'"));
        assertEquals("left", outbox.peek("2", 9).pause().orElseThrow().reason());
    }

    @Test
    void forgetRemovesMoreEventsThanOneStep() {
        int accounts = 150;
        int each = 30;
        for (int account = 0; account < accounts; account++) {
            String id = "" + account;
            List<StoredEvent> events = IntStream.range(0, each)
                    .mapToObj(i -> event(id, "checkout", "" + i))
                    .toList();
            outbox.addAll(events).join();
            settle(
                    outbox.claim(id, ClaimKind.ONLINE, each, MANY_BYTES, LEASE).orElseThrow(),
                    new Outcome.Rejected("no"));
        }
        tick(Duration.ofDays(10));
        var removed = outbox.forget(Duration.ofDays(9), Duration.ofDays(9));
        assertEquals(accounts, removed.size());
        assertEquals(Set.of(each), Set.copyOf(removed.values()));
    }

    // --- books

    @Override
    List<BooksTotal> books() {
        return ((TableOutbox) outbox).books();
    }

    @Test
    void verifyFindsRowsThatAnotherProgramHasDeleted() throws Exception {
        addOnline("1", "2", "3");
        settle(claim(1), ACCEPTED);
        claim(1);
        assertEquals(1, execute("DELETE FROM epik_outbox WHERE lease IS NOT NULL"));
        BooksDifference found = outbox.verify().get(0);
        assertEquals(1, found.difference());
        Instant hour = now().truncatedTo(ChronoUnit.HOURS);
        assertTrue(Duration.between(found.hour(), hour).compareTo(Duration.ofHours(1)) <= 0, found::toString);
        assertEquals(new BooksDifference(ACCOUNT, found.hour(), 2, 1, 0, 0, 0), found);
        assertEquals(1, outbox.verify().size());
        tick(Duration.ofDays(31));
        outbox.forget(Duration.ofDays(30), Duration.ofDays(30));
        assertEquals(List.of(), outbox.verify(), "the difference goes with the old hour");
    }

    @Test
    void verifyFindsRowsMissingInTheBooks() throws Exception {
        addOnline("1");
        settle(claim(1), ACCEPTED);
        assertEquals(1, execute("UPDATE epik_outbox SET state = 0, book_hour = 5, ready_at = 1 WHERE state = 2"));
        BooksDifference found = outbox.verify().get(0);
        assertEquals(new BooksDifference(ACCOUNT, Instant.EPOCH.plus(Duration.ofHours(5)), 0, 0, 0, 0, 1), found);
        assertEquals(-1, found.difference());
    }

    @Test
    void malformedRowsAreCountedAsRejected() throws Exception {
        addSuspect("5", "500", Duration.ZERO);
        addOnline("1", "2", "3", "4");
        change("json = NULL, stored_at = NULL", "1");
        change("urgent_until = NULL", "2");
        change("ready_at = NULL", "3");
        change("urgent_until = 0", "4");
        change("ready_at = NULL", "5");
        claim(9);
        outbox.dueAccounts();
        outbox.peek(ACCOUNT, 9);
        claim(ClaimKind.OFFLINE, 9);
        assertEquals(Set.of("1", "2", "3", "5"), deadIds());
        assertEquals(List.of("4"), claimIds(ClaimKind.ONLINE));
        assertEquals(List.of(), outbox.verify());
        assertEquals(5, books().stream().mapToLong(BooksTotal::stored).sum());
        assertEquals(4, books().stream().mapToLong(BooksTotal::rejected).sum());
    }

    @Test
    void deadLettersOfSchema1AreInNoBooksUntilTheyAreRedriven() throws Exception {
        addOnline("1", "2");
        settle(claim(9), new Outcome.Rejected("no"));
        assertEquals(2, execute("UPDATE epik_outbox SET book_hour = NULL"));
        assertEquals(1, execute("DELETE FROM epik_books"));
        outbox.cancel(online("1").key());
        assertBooks(1, 0, 0, 1, 0);
        outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), DeadLetter.Scope.RECENT);
        settle(claim(9), ACCEPTED);
        assertBooks(2, 1, 0, 1, 0);
    }

    @Test
    void redriveHandlesMoreEventsThanOneStep() {
        int many = 4500;
        outbox.addAll(IntStream.range(0, many).mapToObj(i -> online("" + i)).toList())
                .join();
        settle(claim(many), new Outcome.Rejected("no"));
        assertEquals(
                new RedriveResult(many, 0),
                outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), DeadLetter.Scope.RECENT));
        assertBooks(many, 0, 0, 0, many);
    }

    @Test
    void forgetRemovesMoreHoursThanOneStep() throws Exception {
        addOnline("1");
        claim(1);
        String rows = IntStream.rangeClosed(1, 1200)
                .mapToObj(hour -> "(" + hour / 2 + ", '" + hour % 2 + "', " + hour + ", 1, " + hour % 2 + ", 0, 0)")
                .collect(Collectors.joining(", "));
        execute("INSERT INTO epik_books (hour, ad_account, shard, stored, accepted, rejected, cancelled) VALUES "
                + rows);
        outbox.forget(Duration.ofDays(2), Duration.ofDays(2));
        assertBooks(1, 0, 0, 0, 1);
    }

    @Test
    void theBooksBalanceAfterManyThreadsSettledAndCancelledTheSameHour() throws Exception {
        List<CompletableFuture<Integer>> nodes = IntStream.range(0, 6)
                .mapToObj(node -> CompletableFuture.supplyAsync(() -> work(node), task -> new Thread(task).start()))
                .toList();
        int accepted = 0;
        for (CompletableFuture<Integer> node : nodes) {
            accepted += node.get(100, TimeUnit.SECONDS);
        }
        accepted += settle(claim(9999), ACCEPTED);
        assertEquals(List.of(), outbox.verify());
        BooksTotal total = books().get(0);
        assertEquals(accepted, total.accepted());
        assertEquals(6 * 10 * 20, total.stored());
    }

    /** Returns the number of events that it settled as accepted. */
    private int work(int node) {
        int accepted = 0;
        for (int round = 0; round < 10; round++) {
            String prefix = node + "-" + round + "-";
            outbox.addAll(IntStream.range(0, 20)
                            .mapToObj(i -> online(prefix + i))
                            .toList())
                    .join();
            outbox.cancel(online(prefix + "3").key());
            if (round % 3 == 0) {
                settle(claim(25), new Outcome.Rejected("no"));
            } else {
                accepted += settle(claim(25), ACCEPTED);
            }
        }
        return accepted;
    }
}
