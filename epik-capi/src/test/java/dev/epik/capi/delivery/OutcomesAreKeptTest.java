// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.ForwardingOutbox;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.TokenSource.Unavailable;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that unwritten outcomes are kept, locked rows cause few calls, and no event is sent after its lease. */
class OutcomesAreKeptTest {
    private static final int EVENTS = 1000;

    private static VirtualDelivery withSettle(BooleanSupplier fails) {
        return new VirtualDelivery(real -> new ForwardingOutbox(real) {
            @Override
            public SettleResult settle(Batch batch, List<Settlement> settlements) {
                if (fails.getAsBoolean()) {
                    throw new OutboxException("The database failed, on purpose");
                }
                return super.settle(batch, settlements);
            }
        });
    }

    /** Offline events cannot be deduplicated by Pinterest. */
    @ParameterizedTest
    @CsvSource({"once,0", "for ten seconds,10", "for longer than the lease,600", "for an hour,3600"})
    void offlineEventsWithUnwrittenOutcomesArriveOnce(String how, int seconds) {
        AtomicInteger tries = new AtomicInteger();
        VirtualDelivery[] self = new VirtualDelivery[1];
        VirtualDelivery delivery = withSettle(() ->
                tries.getAndIncrement() == 0 || self[0].clock.instant().getEpochSecond() % 86_400 < 36_000 + seconds);
        self[0] = delivery;
        for (int i = 0; i < EVENTS; i++) {
            delivery.store("" + i, true);
        }
        delivery.runFor(Duration.ofSeconds(seconds + 600));
        assertEquals(0, delivery.waiting());
        assertEquals(EVENTS, delivery.accepted.size());
        assertTrue(delivery.accepted.values().stream().allMatch(times -> times == 1), how);
        assertTrue(tries.get() <= seconds / 8 + 10, () -> tries + " tries in " + seconds + " s");
    }

    @Test
    void lockedRowIsWrittenLaterAndBlocksNoOther() {
        List<String> locked = new ArrayList<>(List.of("7"));
        VirtualDelivery delivery = new VirtualDelivery(real -> new ForwardingOutbox(real) {
            @Override
            public SettleResult settle(Batch batch, List<Settlement> settlements) {
                List<Settlement> kept = settlements.stream()
                        .filter(each -> locked.contains(each.event().id()))
                        .toList();
                List<Settlement> rest = new ArrayList<>(settlements);
                rest.removeAll(kept);
                SettleResult result = rest.isEmpty() ? new SettleResult(0, List.of()) : super.settle(batch, rest);
                List<Settlement> both = new ArrayList<>(result.locked());
                both.addAll(kept);
                return new SettleResult(result.settled(), both);
            }
        });
        for (int i = 0; i < EVENTS; i++) {
            delivery.store("" + i, true);
        }
        delivery.runFor(Duration.ofSeconds(10));
        assertEquals(1, delivery.waiting());
        delivery.store("later", true);
        delivery.runFor(Duration.ofSeconds(10));
        assertEquals(1, delivery.accepted.get("later"));
        locked.clear();
        delivery.runFor(Duration.ofMinutes(1));
        assertEquals(0, delivery.waiting());
        assertTrue(delivery.accepted.values().stream().allMatch(times -> times == 1));
    }

    /**
     * The row is claimed again by this process, which does not know it, while the outcome waits for the lock to end.
     */
    @Test
    void takenEventIsNotSentAgainAfterALockedRowAndALostClaimAnswer() {
        boolean[] isLocked = {false};
        boolean[] losesAnswer = {false};
        VirtualDelivery delivery = new VirtualDelivery(real -> new ForwardingOutbox(real) {
            @Override
            public SettleResult settle(Batch batch, List<Settlement> settlements) {
                return isLocked[0] ? new SettleResult(0, settlements) : super.settle(batch, settlements);
            }

            @Override
            public Optional<Batch> claim(
                    String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease) {
                Optional<Batch> batch = super.claim(adAccount, kind, maxEvents, maxBytes, lease);
                if (losesAnswer[0] && batch.isPresent()) {
                    losesAnswer[0] = false;
                    isLocked[0] = false;
                    throw new OutboxException("The answer was lost, on purpose");
                }
                return batch;
            }
        });
        isLocked[0] = true;
        delivery.store("1", true);
        delivery.runFor(Duration.ofMinutes(2));
        losesAnswer[0] = true;
        delivery.runFor(Duration.ofMinutes(10));
        assertEquals(0, delivery.waiting());
        assertEquals(1, delivery.accepted.get("1"));
    }

    @Test
    void lockedReadyRowCausesFewClaims() {
        AtomicInteger claims = new AtomicInteger();
        boolean[] isLocked = {true};
        VirtualDelivery delivery = new VirtualDelivery(real -> new ForwardingOutbox(real) {
            @Override
            public Optional<Batch> claim(
                    String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease) {
                claims.incrementAndGet();
                return isLocked[0] ? Optional.empty() : super.claim(adAccount, kind, maxEvents, maxBytes, lease);
            }
        });
        delivery.store("1", false);
        delivery.runFor(Duration.ofMinutes(10));
        System.out.println("EPIK: a ready row that is locked for 10 minutes costs " + claims + " claims");
        assertTrue(claims.get() <= 60, claims + " claims");
        isLocked[0] = false;
        delivery.runFor(Duration.ofSeconds(30));
        assertEquals(1, delivery.accepted.get("1"));
    }

    @Test
    void anEventThatIsCancelledWhileATokenIsAwaitedIsNotSent() {
        VirtualDelivery delivery = new VirtualDelivery();
        delivery.token = new CompletableFuture<>();
        delivery.store("1", false);
        delivery.runFor(Duration.ofSeconds(5));
        assertEquals(CancelResult.CANCELLED, delivery.real.cancel(VirtualDelivery.key("1")));
        delivery.token.complete(AccessToken.of("a-token"));
        delivery.runFor(Duration.ofMinutes(10));
        assertEquals(List.of(), delivery.requests);
    }

    /** Suspends the process between the claim and the request, as a long garbage collection does. */
    @ParameterizedTest
    @CsvSource({"60", "179", "250", "3600"})
    void anEventThatIsCancelledWhileTheProcessIsSuspendedIsNotSent(int seconds) {
        List<CancelResult> answers = new ArrayList<>();
        VirtualDelivery[] self = new VirtualDelivery[1];
        VirtualDelivery delivery = new VirtualDelivery(real -> new ForwardingOutbox(real) {
            @Override
            public Optional<Batch> claim(
                    String adAccount, ClaimKind kind, int maxEvents, long maxBytes, Duration lease) {
                Optional<Batch> batch = super.claim(adAccount, kind, maxEvents, maxBytes, lease);
                if (batch.isPresent() && answers.isEmpty()) {
                    self[0].clock.tick(Duration.ofSeconds(seconds));
                    answers.add(super.cancel(VirtualDelivery.key("1")));
                }
                return batch;
            }
        });
        self[0] = delivery;
        delivery.store("1", false);
        delivery.runFor(Duration.ofMinutes(10));
        boolean cancelled = answers.get(0) == CancelResult.CANCELLED;
        assertEquals(seconds > 240, cancelled, "a lease of 3 minutes and a minute more");
        assertEquals(cancelled ? 0 : 1, delivery.requests.size());
    }

    @Test
    void tokenSourceWithAPauseOfZeroIsAskedAtMostOnceASecond() {
        VirtualDelivery delivery = new VirtualDelivery();
        TokenResult none = TokenAnswer.of(new Unavailable("sealed", Optional.of(Duration.ZERO), false));
        delivery.token = CompletableFuture.completedFuture(none);
        delivery.store("1", false);
        delivery.runFor(Duration.ofMinutes(1));
        assertTrue(delivery.tokensAsked <= 61, delivery.tokensAsked + " times");
        delivery.token = CompletableFuture.completedFuture(AccessToken.of("a-token"));
        delivery.runFor(Duration.ofHours(1));
        assertEquals(1, delivery.accepted.get("1"));
    }

    @Test
    void aShorterPauseOfAnotherNodeDoesNotEndALongerOne() {
        VirtualDelivery delivery = new VirtualDelivery();
        delivery.real.pause(ACCOUNT, Duration.ofHours(1), "Pinterest answered 429.");
        delivery.real.pause(ACCOUNT, Duration.ofMillis(100), "Pinterest cannot be reached.");
        delivery.store("1", false);
        delivery.runFor(Duration.ofMinutes(59));
        assertEquals(List.of(), delivery.requests);
        delivery.runFor(Duration.ofMinutes(2));
        assertEquals(1, delivery.requests.size());
    }
}
