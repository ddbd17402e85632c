// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.DeadLetter;
import dev.epik.capi.ForwardingOutbox;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.encryption.DecryptingOutbox;
import dev.epik.capi.outbox.encryption.EncryptingStore;
import dev.epik.capi.outbox.encryption.KeyRing;
import dev.epik.capi.outbox.encryption.PayloadCodec;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.BooksTotal;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.PayloadKeys;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.testing.LogCapture;
import dev.epik.testing.TickingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Runs the contract on an outbox that holds encrypted events. */
class EncryptedOutboxTest extends OutboxContract {
    private static final PayloadKeys.Key OLD = key("old", 1);
    private static final PayloadKeys.Key NEW = key("new", 2);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final TickingClock clock = new TickingClock(Instant.parse("2026-11-01T10:00:00Z"));
    private final MemoryOutbox stored = MemoryOutbox.ofCapacity(2000, clock);

    static PayloadKeys.Key key(String id, int first) {
        byte[] secret = new byte[PayloadKeys.KEY_BYTES];
        secret[0] = (byte) first;
        return PayloadKeys.Key.of(id, secret);
    }

    @Override
    Outbox open() {
        return openWith(OLD);
    }

    private Outbox openWith(PayloadKeys.Key current, PayloadKeys.Key... older) {
        KeyRing keys = new KeyRing(PayloadKeys.of(current, older), System::nanoTime);
        EncryptingStore encrypting = new EncryptingStore(stored, keys);
        return new DecryptingOutbox(
                new ForwardingOutbox(stored) {
                    @Override
                    public CompletableFuture<Added> add(StoredEvent event) {
                        return encrypting.add(event);
                    }

                    @Override
                    public CompletableFuture<List<Added>> addAll(List<StoredEvent> events) {
                        return encrypting.addAll(events);
                    }
                },
                keys);
    }

    /** Continues the test with another outbox on the same events. */
    private void use(Outbox next) {
        outbox = next;
        store = next;
    }

    private Outbox openWithoutKeys() {
        return new DecryptingOutbox(stored, null);
    }

    @Override
    List<BooksTotal> books() {
        return stored.books();
    }

    @Override
    Instant now() {
        return clock.instant();
    }

    @Override
    void tick(Duration time) {
        clock.tick(time);
    }

    /** Stores an event as it is. */
    private void addInClear(StoredEvent event) {
        stored.add(event).join();
    }

    /** Returns the events as the outbox holds them. */
    private List<StoredEvent> rows() {
        List<StoredEvent> rows = new ArrayList<>();
        stored.find(event -> !rows.contains(event) && rows.add(event));
        return rows;
    }

    /** The limit counts the encrypted texts, so a claim may have fewer events than the limit allows. */
    @Test
    @Override
    void claimsAtMostMaxBytesButAlwaysOneEvent() {
        addOnline("1", "2", "3");
        int bytes = rows().get(0).bytes();
        assertEquals(
                2,
                outbox.claim(ACCOUNT, ClaimKind.ONLINE, 9, 2L * bytes, LEASE)
                        .orElseThrow()
                        .claimed()
                        .size());
        assertEquals(
                1,
                outbox.claim(ACCOUNT, ClaimKind.ONLINE, 9, 1, LEASE)
                        .orElseThrow()
                        .claimed()
                        .size());
        assertTrue(bytes > online("1").bytes());
    }

    @Test
    void theOutboxHoldsNoJson() {
        addOnline("1");
        outbox.addAll(List.of(online("2"), online("3"))).join();
        assertEquals(3, rows().size());
        assertTrue(rows().stream().allMatch(event -> PayloadCodec.isEncrypted(event.json())), rows()::toString);
    }

    @Test
    void eventsOfAnOlderKeyAndEventsInClearAreClaimedTogetherWithNewOnes() {
        addOnline("1");
        addInClear(online("2"));
        use(openWith(NEW, OLD));
        addOnline("3");
        Batch batch = claim(9);
        assertEquals(List.of(online("1"), online("2"), online("3")), batch.events());
        assertEquals(
                3,
                outbox.settle(
                                batch,
                                batch.claimed().stream()
                                        .map(each -> Settlement.of(each, ACCEPTED))
                                        .toList())
                        .settled());
        assertEquals(0, outbox.backlog(ACCOUNT).waiting());
    }

    @Test
    void anEventWhoseKeyIsMissingWaitsWithAnErrorAndHoldsUpNoOther() {
        addOnline("lost 1", "lost 2");
        use(openWith(NEW));
        addOnline("1");
        try (LogCapture log = LogCapture.ofPackage("dev.epik.capi.outbox.encryption")) {
            assertEquals(List.of("1"), claimIds(9));
            assertEquals(List.of(), claimIds(9));
            assertEquals(1, log.lines().size(), log.lines()::toString);
            assertTrue(
                    log.lines().get(0).startsWith("SEVERE")
                            && log.lines().get(0).contains("key old"),
                    log.lines()::toString);
        }
        assertEquals(3, outbox.backlog(ACCOUNT).waiting());
        assertEquals(0, outbox.backlog(ACCOUNT).dead());
        tick(MINUTE.multipliedBy(10));
        use(openWith(NEW, OLD));
        assertTrue(claimIds(9).containsAll(List.of("lost 1", "lost 2")));
    }

    @Test
    void manyEventsWhoseKeyIsMissingHoldUpNoOther() {
        for (int i = 0; i < 40; i++) {
            addOnline("lost " + i);
        }
        use(openWith(NEW));
        addOnline("1");
        assertEquals(List.of("1"), claimIds(10));
    }

    @Test
    void aMissingKeyLeavesTheHistoryOfASuspect() {
        addSuspect("1", "500", Duration.ZERO);
        use(openWith(NEW));
        assertEquals(List.of(), claimIds(ClaimKind.SUSPECT));
        tick(MINUTE.multipliedBy(10));
        use(openWith(NEW, OLD));
        Batch batch = claim(ClaimKind.SUSPECT, 9);
        assertEquals("500", batch.claimed().get(0).history().suspectReason());
        assertEquals(1, batch.claimed().get(0).history().failuresAlone());
    }

    @Test
    void anotherKeyOfTheSameIdIsAMissingKey() {
        addOnline("1");
        use(openWith(key("old", 3)));
        assertEquals(List.of(), claimIds(9));
        assertEquals(1, outbox.backlog(ACCOUNT).waiting());
    }

    @Test
    void withoutKeysAnEncryptedEventIsNotClaimed() {
        addOnline("1");
        addInClear(online("2"));
        use(openWithoutKeys());
        assertEquals(List.of("2"), claimIds(9));
        assertEquals(2, outbox.backlog(ACCOUNT).waiting());
    }

    @Test
    void anEventThatWasMovedFromAnotherRowBecomesADeadLetter() {
        addOnline("1");
        String text = rows().get(0).json();
        addInClear(new StoredEvent(ACCOUNT, "checkout", "2", text, now(), false));
        assertEquals(List.of("1"), claimIds(9));
        DeadLetter dead = outbox.deadLetters(ACCOUNT, 9).get(0);
        assertEquals("2", dead.event().id());
        assertTrue(dead.reason().contains("changed in the outbox"), dead::reason);
        assertEquals(text, dead.event().json());
    }

    @Test
    void deadLettersAndSearchesAreDecrypted() {
        addOnline("1", "2");
        settle(claim(1), new Outcome.Rejected("no"));
        assertEquals(online("1"), outbox.deadLetters(ACCOUNT, 9).get(0).event());
        assertEquals(2, outbox.find(event -> event.json().contains("東")).size());
        use(openWith(NEW));
        assertEquals(0, outbox.find(event -> event.json().contains("東")).size());
        assertFalse(outbox.find(event -> PayloadCodec.isEncrypted(event.json())).isEmpty());
    }
}
