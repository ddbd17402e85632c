// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.BooksTotal;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.OutboxException;
import dev.epik.capi.outbox.spi.SettleResult;
import dev.epik.capi.outbox.spi.Settlement;
import dev.epik.capi.simulation.ModelOutbox;
import dev.epik.capi.simulation.ShopTransaction;
import dev.epik.testing.TickingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The model of a database in the simulation keeps the contract of the real stores, and has open transactions. */
class ModelOutboxTest extends OutboxContract {
    private final TickingClock clock = new TickingClock(Instant.parse("2026-11-01T10:00:00Z"));
    private ModelOutbox model = new ModelOutbox(clock);

    @Override
    Outbox open() {
        model = new ModelOutbox(clock);
        return model;
    }

    @Override
    List<BooksTotal> books() {
        return model.books();
    }

    @Override
    Instant now() {
        return clock.instant();
    }

    @Override
    void tick(Duration time) {
        clock.tick(time);
    }

    @Test
    void uncommittedEventIsInvisibleToOthers() {
        ShopTransaction transaction = model.begin();
        assertEquals(EventStore.Added.STORED, model.add(transaction, online("1")));
        assertEquals(List.of(), claimIds(9));
        assertEquals(0, model.peek(ACCOUNT, 9).ready());
        assertEquals(List.of(), model.dueAccounts());
        assertEquals(ModelOutbox.Place.UNCOMMITTED, model.place(online("1").key()));
        model.end(transaction, true);
        assertEquals(List.of("1"), claimIds(9));
    }

    @Test
    void rollbackRemovesTheEvent() {
        ShopTransaction transaction = model.begin();
        model.add(transaction, online("1"));
        model.end(transaction, false);
        assertEquals(ModelOutbox.Place.NOWHERE, model.place(online("1").key()));
        assertEquals(EventStore.Added.STORED, add(online("1")));
    }

    @Test
    void aSecondTransactionWaitsForTheUniqueKeyAndGivesUp() {
        ShopTransaction transaction = model.begin();
        model.add(transaction, online("1"));
        ShopTransaction other = model.begin();
        assertThrows(OutboxException.class, () -> model.add(other, online("1")));
        assertThrows(OutboxException.class, () -> model.cancel(online("1").key()));
    }

    @Test
    void aLockedRowIsSkippedByClaimsAndListedBySettle() {
        add(online("1"));
        add(online("2"));
        Batch batch = claim(9);
        ShopTransaction transaction = model.begin();
        assertEquals(EventStore.Added.ALREADY_STORED, model.add(transaction, online("1")));
        List<Settlement> settlements = batch.claimed().stream()
                .map(claimed -> Settlement.of(claimed, ACCEPTED))
                .toList();
        SettleResult result = model.settle(batch, settlements);
        assertEquals(1, result.settled());
        assertEquals(List.of(settlements.get(0)), result.locked());
        tick(LEASE.plusSeconds(1));
        assertEquals(List.of(), claimIds(9));
        model.end(transaction, true);
        assertEquals(List.of("1"), claimIds(9));
    }
}
