// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.EpikException;
import dev.epik.capi.ErasureRequest;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.EventStore.Added;
import dev.epik.capi.outbox.spi.EventStore.Capability;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.testing.TestIds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The contract of every store for storing events and requests to cancel them, also of one from which other processes
 * deliver. Its {@link Capability capabilities} decide what a test expects.
 */
abstract class EventStoreContract {
    static final String ACCOUNT = TestIds.ACCOUNT;
    private static final Duration SOON = Duration.ofSeconds(20);

    EventStore store = MemoryOutbox.ofCapacity(1);

    /** Opens an empty store. */
    abstract EventStore openStore() throws Exception;

    /** Returns the events of {@link #ACCOUNT} that the store has; may be called once. */
    abstract List<StoredEvent> stored();

    /** Returns the store's time. */
    abstract Instant now();

    /** Returns the secrets that the store was opened with; none by default. */
    List<String> secrets() {
        return List.of();
    }

    /** Returns the answer to a request to cancel an event that was never stored. */
    CancelResult cancelOfUnknown() {
        return can(Capability.CANCELS) ? CancelResult.UNKNOWN : CancelResult.REQUESTED;
    }

    @BeforeEach
    void openTheStore() throws Exception {
        store = openStore();
    }

    @AfterEach
    void closeTheStore() {
        store.close();
    }

    StoredEvent online(String id) {
        return event(ACCOUNT, "checkout", id);
    }

    StoredEvent event(String account, String name, String id) {
        return new StoredEvent(account, name, id, "{\"event_id\":\"" + id + " 東😀\"}", now(), false);
    }

    Added add(StoredEvent event) {
        return store.add(event).join();
    }

    private boolean can(Capability capability) {
        return store.capabilities().contains(capability);
    }

    @Test
    void anEventThatIsReportedAsStoredIsStoredUnchanged() {
        StoredEvent event = online("1");
        assertEquals(Added.STORED, store.add(event, SOON).join());
        List<StoredEvent> found = stored();
        assertEquals(1, found.size());
        assertEquals(event.key(), found.get(0).key());
        assertEquals(event.json(), found.get(0).json());
        assertEquals(
                event.happenedAt().toEpochMilli(), found.get(0).happenedAt().toEpochMilli());
    }

    @Test
    void aDuplicateIsReportedIfTheStoreCanDoThat() {
        Added again = can(Capability.REPORTS_DUPLICATES) ? Added.ALREADY_STORED : Added.STORED;
        assertEquals(Added.STORED, add(online("1")));
        assertTrue(isRepeat(add(online("1")), again));
        List<Added> all =
                store.addAll(List.of(online("2"), online("1"), online("2"))).join();
        assertEquals(Added.STORED, all.get(0));
        assertTrue(isRepeat(all.get(1), again));
        assertTrue(isRepeat(all.get(2), again));
        assertEquals(List.of(), store.addAll(List.of()).join());
    }

    /** Allows a store that moves its events elsewhere to have moved the first one. */
    private static boolean isRepeat(Added answer, Added expected) {
        return answer == expected || (expected.isDuplicate() && answer.isDuplicate());
    }

    @Test
    void addEachAnswersForEachEventInOrder() {
        List<StoredEvent> events =
                IntStream.range(0, 600).mapToObj(i -> online("" + i)).toList();
        List<CompletableFuture<Added>> answers = store.addEach(events, SOON);
        assertEquals(600, answers.size());
        answers.forEach(answer -> assertEquals(Added.STORED, answer.join()));
        assertEquals(600, stored().stream().map(StoredEvent::id).distinct().count());
    }

    @Test
    void anEventWhoseDeadlineHasPassedIsNotStoredUnlessTheAnswerSaysSo() {
        boolean maybe;
        try {
            maybe = store.add(online("1"), Duration.ZERO)
                            .orTimeout(60, TimeUnit.SECONDS)
                            .join()
                    == Added.STORED;
        } catch (CompletionException e) {
            maybe = assertInstanceOf(OutboxException.class, e.getCause()).isMaybeStored();
        }
        assertEquals(Added.STORED, add(online("2"))); // so that the first one had its time
        List<String> ids = stored().stream().map(StoredEvent::id).toList();
        assertTrue(ids.contains("2"));
        assertTrue(maybe || !ids.contains("1"));
    }

    @Test
    void cancelPromisesNothingUnlessTheStoreCancels() {
        boolean cancels = can(Capability.CANCELS);
        assertEquals(cancelOfUnknown(), store.cancel(online("unknown").key()));
        add(online("1"));
        CancelResult answer = store.cancel(online("1").key());
        assertTrue(
                answer == CancelResult.CANCELLED || (!cancels && answer == CancelResult.REQUESTED), () -> "" + answer);
    }

    @Test
    void capabilitiesDoNotChange() {
        Set<Capability> before = Set.copyOf(store.capabilities());
        add(online("1"));
        assertEquals(before, store.capabilities());
        assertThrows(
                UnsupportedOperationException.class, () -> store.capabilities().add(Capability.CANCELS));
    }

    /** A person asks for erasure: a store that finds only some events must not answer as if it had found all. */
    @Test
    void erasureIsRefusedWithTheCureIfTheStoreCannotSearch() {
        if (!(store instanceof Outbox outbox)) {
            return;
        }
        ErasureRequest request = ErasureRequest.builder().eventId("1").build();
        if (can(Capability.SEARCHES)) {
            assertEquals(0, request.eraseFrom(outbox, List.of(ACCOUNT)).waiting());
        } else {
            EpikException e = assertThrows(EpikException.class, () -> request.eraseFrom(outbox, List.of(ACCOUNT)));
            assertTrue(e.getMessage().contains("ConversionDeletion"), e.getMessage());
        }
    }

    @Test
    void toStringShowsNoEventAndNoSecret() {
        add(online("not-shown-1"));
        assertFalse(store.toString().contains("not-shown-1"), store::toString);
        secrets().forEach(secret -> assertFalse(store.toString().contains(secret), store::toString));
    }

    @Test
    void closingTwiceHasNoEffect() {
        add(online("1"));
        store.close();
        assertDoesNotThrow(store::close);
    }
}
