// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.Outcome;
import dev.epik.capi.outbox.spi.Batch;
import dev.epik.capi.outbox.spi.ClaimKind;
import dev.epik.capi.outbox.spi.DueAccount;
import dev.epik.capi.outbox.spi.EventStore;
import dev.epik.capi.outbox.spi.Outbox;
import dev.epik.capi.outbox.spi.Peek;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The contract of a {@link JdbcOutbox} if the clock of the database or of the process is wrong. */
abstract class JdbcClockContract extends JdbcSchemaContract {
    @Test
    void settingTheDatabaseClockBackDelaysNoEvent() {
        addSuspect("suspect", "500", Duration.ofDays(1));
        outbox.pause(ACCOUNT, Duration.ofMinutes(15), "503");
        addOnline("leased");
        Batch leased = claim(1);
        addOnline("1");
        add(event("7", "checkout", "only"));
        tick(Duration.ofDays(-1));
        for (DueAccount due : outbox.dueAccounts()) {
            assertTrue(due.readyAt().orElseThrow().isBefore(due.now().plus(Outbox.MAX_PAUSE)), due::toString);
            assertEquals(Optional.empty(), due.pause());
        }
        Peek peek = outbox.peek(ACCOUNT, 9);
        assertEquals(Optional.empty(), peek.pause());
        assertEquals(1, peek.ready());
        assertNear(300, peek.nextReadyIn().orElseThrow());
        assertEquals(Duration.ZERO, peek.nextSuspectIn().orElseThrow());
        assertEquals(1, settle(leased, ACCEPTED), "its lease is still valid");
        assertEquals(List.of("1"), claimIds(9));
        assertEquals(List.of("suspect"), claimIds(ClaimKind.SUSPECT));
        assertEquals(1, outbox.peek("7", 9).ready());
        outbox.pause(ACCOUNT, Duration.ofMinutes(1), "429");
        assertNear(60, outbox.peek(ACCOUNT, 9).pause().orElseThrow().left());
    }

    @Test
    void clockThatIsAheadForgetsNothingEarly() {
        AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
        JdbcOutbox own = JdbcOutbox.builder(ShiftedDatabaseClock.of(database(), ahead::get))
                .open();
        addOnline("1");
        settle(claim(1), new Outcome.Rejected("no"));
        addOnline("2");
        settle(claim(1), ACCEPTED);
        ahead.set(Duration.ofDays(400));
        assertEquals(Map.of(), own.forget(Duration.ofDays(30), Duration.ofDays(30)));
        assertEquals(1, outbox.backlog(ACCOUNT).dead());
        assertEquals(EventStore.Added.ALREADY_DELIVERED, add(online("2")));
        assertEquals(1, outbox.forget(Duration.ofDays(30), Duration.ofDays(-1)).get(ACCOUNT));
    }

    @Test
    void settingTheDatabaseClockBackByMinutesKeepsEveryWait() {
        addSuspect("suspect", "500", Duration.ofDays(1));
        outbox.pause(ACCOUNT, Duration.ofMinutes(15), "503");
        addOnline("leased");
        claim(1);
        tick(Duration.ofMinutes(-10));
        Peek peek = outbox.peek(ACCOUNT, 9);
        assertNear(25 * 60, peek.pause().orElseThrow().left());
        assertNear(13 * 60, peek.nextReadyIn().orElseThrow());
        assertNear(24 * 3600 + 600, peek.nextSuspectIn().orElseThrow());
    }
}
