// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.AccountClient.CancelResult;
import dev.epik.capi.Outcome;
import dev.epik.capi.StoredEvent;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract of every outbox for cancelling events. */
abstract class CancelContract extends PauseContract {
    @Test
    void aWaitingEventCanBeCancelledAndStoredAgain() {
        StoredEvent event = online("1");
        assertEquals(CancelResult.UNKNOWN, outbox.cancel(event.key()));
        add(event);
        assertEquals(CancelResult.CANCELLED, outbox.cancel(event.key()));
        assertEquals(0, waiting());
        assertEquals(EventStore.Added.STORED, add(event));
        assertEquals(List.of("1"), claimIds(9));
    }

    @Test
    void leasedAndDeliveredEventsCannotBeCancelled() {
        StoredEvent event = online("1");
        add(event);
        Batch batch = claim(1);
        assertEquals(CancelResult.TOO_LATE, outbox.cancel(event.key()));
        settle(batch, ACCEPTED);
        assertEquals(CancelResult.TOO_LATE, outbox.cancel(event.key()));
    }

    @Test
    void anEventCanBeCancelledAMinuteAfterItsLeaseEnded() {
        add(online("1"));
        Batch batch = claim(1);
        tick(LEASE.plusSeconds(1));
        assertEquals(CancelResult.TOO_LATE, outbox.cancel(online("1").key()), "the lease has just ended");
        tick(Outbox.CANCEL_GRACE);
        assertEquals(CancelResult.CANCELLED, outbox.cancel(online("1").key()));
        assertEquals(0, settle(batch, ACCEPTED));
    }

    @Test
    void aSettledOrSuspectEventCanBeCancelledAtOnce() {
        add(online("1"));
        settle(claim(1), new Outcome.Postponed("down"));
        assertEquals(CancelResult.CANCELLED, outbox.cancel(online("1").key()));
        addSuspect("2", "500", Duration.ZERO);
        assertEquals(CancelResult.CANCELLED, outbox.cancel(online("2").key()));
        addSuspect("3", "500", Duration.ZERO);
        claim(ClaimKind.SUSPECT, 1);
        assertEquals(CancelResult.TOO_LATE, outbox.cancel(online("3").key()));
        assertEquals(1, waiting());
    }
}
