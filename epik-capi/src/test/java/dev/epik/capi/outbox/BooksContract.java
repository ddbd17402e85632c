// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.BooksTotal;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every outbox for its books: stored = accepted + rejected + cancelled + waiting. */
abstract class BooksContract extends SettlingContract {
    private static final Outcome REJECTED = new Outcome.Rejected("no");
    private static final Outcome POSTPONED = new Outcome.Postponed("down");
    private static final DeadLetter.Which ALL = new DeadLetter.Which.All();
    private static final List<ClaimKind> KINDS = List.of(ClaimKind.values());

    /** Returns the sums of the books, by ad account. */
    abstract List<BooksTotal> books();

    /** Asserts the books of the ad account of these tests. */
    void assertBooks(long stored, long accepted, long rejected, long cancelled, long waiting) {
        assertEquals(List.of(new BooksTotal(ACCOUNT, stored, accepted, rejected, cancelled, waiting)), books());
        assertEquals(List.of(), outbox.verify());
    }

    @Test
    void anEventIsCountedWhenItIsFirstClaimed() {
        addOnline("1", "2");
        assertEquals(List.of(), books());
        assertEquals(List.of(), outbox.verify());
        Batch batch = claim(1);
        assertBooks(1, 0, 0, 0, 1);
        settle(batch, POSTPONED);
        tick(Duration.ofHours(2));
        assertEquals(2, settle(claim(9), POSTPONED));
        assertBooks(2, 0, 0, 0, 2);
    }

    @Test
    void eachOutcomeIsCountedOnce() {
        addOnline("1", "2", "3");
        settle(claim(1), ACCEPTED);
        assertBooks(1, 1, 0, 0, 0);
        settle(claim(1), REJECTED);
        assertBooks(2, 1, 1, 0, 0);
        postpone(claim(1), Duration.ZERO, suspect("500"));
        assertBooks(3, 1, 1, 0, 1);
        settle(claim(ClaimKind.SUSPECT, 1), ACCEPTED);
        assertBooks(3, 2, 1, 0, 0);
    }

    @Test
    void outcomesOfOneBatchAreCountedInTheHoursInWhichTheEventsWereStored() {
        addOnline("1", "2");
        tick(Duration.ofHours(3));
        addOnline("3");
        Batch batch = claim(9);
        assertEquals(3, settle(batch, ACCEPTED));
        assertBooks(3, 3, 0, 0, 0);
    }

    @Test
    void aSettlementAfterALostLeaseIsNotCounted() {
        addOnline("1");
        Batch lost = claim(1);
        tick(LEASE.plusSeconds(1));
        Batch next = claim(1);
        assertEquals(0, settle(lost, ACCEPTED));
        assertBooks(1, 0, 0, 0, 1);
        assertEquals(1, settle(next, REJECTED));
        assertEquals(0, settle(next, ACCEPTED));
        assertBooks(1, 0, 1, 0, 0);
    }

    @Test
    void aRedrivenEventStaysInTheHourInWhichItWasStored() {
        addOnline("1", "2");
        settle(claim(9), REJECTED);
        tick(Duration.ofHours(5));
        assertEquals(
                1,
                outbox.redrive(ACCOUNT, new DeadLetter.Which.OfId("2"), DeadLetter.Scope.INCLUDE_EXPIRED)
                        .events());
        assertBooks(2, 0, 1, 0, 1);
        assertEquals(
                1,
                outbox.redrive(ACCOUNT, ALL, DeadLetter.Scope.INCLUDE_EXPIRED).events());
        assertBooks(2, 0, 0, 0, 2);
        settle(claim(9), ACCEPTED);
        assertBooks(2, 2, 0, 0, 0);
    }

    @Test
    void cancelledEventsAreCountedFromEveryState() {
        addOnline("never claimed", "claimed", "dead");
        outbox.cancel(online("never claimed").key());
        assertBooks(1, 0, 0, 1, 0);
        settle(claim(9), REJECTED);
        outbox.cancel(online("dead").key());
        assertBooks(3, 0, 1, 2, 0);
        outbox.redrive(ACCOUNT, ALL, DeadLetter.Scope.INCLUDE_EXPIRED);
        assertEquals(CancelResult.CANCELLED, outbox.cancel(online("claimed").key()));
        assertEquals(CancelResult.UNKNOWN, outbox.cancel(online("claimed").key()));
        assertBooks(3, 0, 0, 3, 0);
    }

    @Test
    void forgettingEventsChangesNoBooks() {
        addOnline("1", "2");
        settle(claim(1), ACCEPTED);
        settle(claim(1), REJECTED);
        tick(Duration.ofDays(10));
        outbox.forget(Duration.ofDays(9), Duration.ofDays(9));
        assertEquals(0, outbox.backlog(ACCOUNT).dead());
        assertBooks(2, 1, 1, 0, 0);
        assertEquals(EventStore.Added.STORED, add(online("1")));
        settle(claim(1), ACCEPTED);
        assertBooks(3, 2, 1, 0, 0);
    }

    @Test
    void oldHoursAreForgottenUnlessEventsOfThemWait() {
        addOnline("1", "dead");
        settle(claim(1), ACCEPTED);
        settle(claim(1), REJECTED);
        tick(Duration.ofHours(1));
        addOnline("2");
        settle(claim(1), POSTPONED);
        tick(Duration.ofDays(40));
        addOnline("3");
        settle(claim(ClaimKind.ONLINE, 1), POSTPONED);
        outbox.forget(Duration.ofDays(50), Duration.ofDays(50));
        outbox.forget(Duration.ofDays(2), Duration.ofDays(100));
        assertEquals(1, outbox.backlog(ACCOUNT).dead());
        outbox.forget(Duration.ofDays(2), Duration.ofDays(30));
        assertBooks(2, 0, 0, 0, 2);
        tick(Duration.ofMinutes(2));
        assertEquals(2, settle(claim(9), ACCEPTED));
        assertEquals(List.of(), outbox.verify());
        tick(Duration.ofDays(40));
        outbox.forget(Duration.ofDays(2), Duration.ofDays(30));
        assertEquals(List.of(), books());
    }

    @Test
    void aDeadLetterOfAForgottenHourCanBeRedrivenAndCancelled() {
        addOnline("1", "2");
        settle(claim(9), REJECTED);
        tick(Duration.ofDays(40));
        outbox.redrive(ACCOUNT, new DeadLetter.Which.OfId("1"), DeadLetter.Scope.INCLUDE_EXPIRED);
        settle(claim(9), REJECTED); // a new dead letter of an old hour
        outbox.forget(Duration.ofDays(2), Duration.ofDays(30));
        assertEquals(List.of(), books());
        outbox.redrive(ACCOUNT, ALL, DeadLetter.Scope.INCLUDE_EXPIRED);
        assertEquals(List.of(), outbox.verify());
        Batch batch = claim(9);
        assertEquals(List.of("1"), ids(batch));
        settle(batch, REJECTED);
        assertEquals(List.of(), outbox.verify());
        outbox.cancel(online("1").key());
        assertEquals(List.of(), outbox.verify());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void booksBalanceAfterEachRandomOperation(long seed) {
        Random random = new Random(seed);
        List<Batch> batches = new ArrayList<>();
        for (int step = 0; step < 250; step++) {
            String done = step + ": " + operate(random, batches);
            assertEquals(List.of(), outbox.verify(), () -> "seed " + seed + ", after " + done);
        }
        assertTrue(books().stream().mapToLong(BooksTotal::stored).sum() > 0);
    }

    /** Executes one random operation. Batches are settled in any order, after any time, and sometimes never. */
    private String operate(Random random, List<Batch> batches) {
        String account = random.nextInt(4) == 0 ? "7" : ACCOUNT;
        String id = "" + random.nextInt(60);
        int operation = random.nextInt(20);
        if (operation < 7) {
            return "add " + add(new StoredEvent(account, "checkout", id, "{}", now(), random.nextInt(4) == 0));
        }
        if (operation < 11) {
            ClaimKind kind = KINDS.get(random.nextInt(KINDS.size()));
            var batch = outbox.claim(account, kind, 1 + random.nextInt(8), MANY_BYTES, LEASE);
            batch.ifPresent(batches::add);
            return "claim " + kind;
        }
        if (operation < 16) {
            return batches.isEmpty() ? "nothing" : settle(random, batches.remove(random.nextInt(batches.size())));
        }
        return switch (operation) {
            case 16 -> "cancel " + outbox.cancel(new StoredEvent.Key(account, "checkout", id));
            case 17 -> {
                DeadLetter.Which which = random.nextBoolean() ? ALL : new DeadLetter.Which.OfId(id);
                yield "redrive "
                        + outbox.redrive(
                                account,
                                which,
                                random.nextBoolean() ? DeadLetter.Scope.INCLUDE_EXPIRED : DeadLetter.Scope.RECENT);
            }
            case 18 -> "forget " + outbox.forget(days(random, 3), days(random, 3));
            default -> {
                Duration time = random.nextInt(20) == 0 ? days(random, 40) : Duration.ofMinutes(random.nextInt(90));
                tick(time);
                yield "tick " + time;
            }
        };
    }

    private static Duration days(Random random, int bound) {
        return Duration.ofDays(random.nextInt(bound));
    }

    private String settle(Random random, Batch batch) {
        List<Settlement> settlements = batch.claimed().stream()
                .map(claimed -> switch (random.nextInt(4)) {
                    case 0 -> Settlement.of(claimed, REJECTED);
                    case 1 -> Settlement.postponed(claimed, "down", Duration.ZERO, DeliveryHistory.NONE);
                    case 2 -> Settlement.postponed(claimed, "500", Duration.ofMinutes(5), suspect("500"));
                    default -> Settlement.of(claimed, ACCEPTED);
                })
                .toList();
        return "settle " + outbox.settle(batch, settlements).settled() + " of " + settlements.size();
    }
}
