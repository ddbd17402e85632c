// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DeliveryHistory;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Opens an outbox for each test, and has helper methods for it. */
abstract class OutboxTestBase extends EventStoreContract {
    static final Duration LEASE = Duration.ofMinutes(3);
    static final long MANY_BYTES = 1 << 20;
    static final Outcome ACCEPTED = new Outcome.Accepted("");

    Outbox outbox = MemoryOutbox.ofCapacity(1);

    /** Opens an empty outbox. */
    abstract Outbox open() throws Exception;

    /** Moves the store's time. */
    abstract void tick(Duration time);

    @Override
    EventStore openStore() throws Exception {
        outbox = open();
        return outbox;
    }

    @Override
    List<StoredEvent> stored() {
        return outbox.claim(ACCOUNT, ClaimKind.ONLINE, 9999, Long.MAX_VALUE, LEASE)
                .map(Batch::events)
                .orElse(List.of());
    }

    StoredEvent offline(String id) {
        return new StoredEvent(ACCOUNT, "checkout", id, "{}", now(), true);
    }

    void addOnline(String... ids) {
        Arrays.stream(ids).forEach(id -> add(online(id)));
    }

    /** Returns an empty batch if there is nothing to claim. */
    Batch claim(ClaimKind kind, int max) {
        return outbox.claim(ACCOUNT, kind, max, MANY_BYTES, LEASE).orElse(new Batch("none", List.of()));
    }

    Batch claim(int max) {
        return claim(ClaimKind.ONLINE, max);
    }

    static List<String> ids(Batch batch) {
        return batch.events().stream().map(StoredEvent::id).toList();
    }

    List<String> claimIds(ClaimKind kind) {
        return ids(claim(kind, 99));
    }

    List<String> claimIds(int max) {
        return ids(claim(max));
    }

    /** Settles all events of a batch with one outcome. Postponed events wait a minute. */
    int settle(Batch batch, Outcome outcome) {
        List<Settlement> settlements = batch.claimed().stream()
                .map(claimed -> new Settlement(claimed, outcome, Duration.ofMinutes(1), claimed.history()))
                .toList();
        return outbox.settle(batch, settlements).settled();
    }

    /** Postpones all events of a batch, with this history. */
    int postpone(Batch batch, Duration delay, DeliveryHistory history) {
        List<Settlement> settlements = batch.claimed().stream()
                .map(claimed -> Settlement.postponed(claimed, "down", delay, history))
                .toList();
        return outbox.settle(batch, settlements).settled();
    }

    static DeliveryHistory suspect(String reason) {
        return DeliveryHistory.NONE.withFailureAlone(reason, Instant.ofEpochMilli(1_793_527_200_123L));
    }

    /** Adds an event and makes it a suspect that is due after a delay. */
    void addSuspect(String id, String reason, Duration delay) {
        add(online(id));
        postpone(claim(1), delay, suspect(reason));
    }

    int waiting() {
        return outbox.backlog(ACCOUNT).waiting();
    }

    /** Asserts a time with a tolerance of a few seconds, because the clock of a database runs. */
    static void assertNear(long seconds, Duration time) {
        assertTrue(Math.abs(time.toSeconds() - seconds) <= 5, () -> time + " is not about " + seconds + " s");
    }
}
