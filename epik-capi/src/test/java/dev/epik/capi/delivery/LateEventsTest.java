// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static dev.epik.testing.TestIds.ACCOUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccountClient.RedriveResult;
import dev.epik.capi.DeadLetter;
import dev.epik.capi.Mode;
import dev.epik.capi.StoredEvent;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Events that are late or too old. */
class LateEventsTest extends DeliveryTestBase {
    @Test
    void makesLateEventsDeadLettersIfConfiguredAndRedriveSendsThem() throws Exception {
        delivery = delivery(api, options(Mode.LIVE).withLate(DeliveryOptions.Late.DEAD_LETTER));
        store("late");
        add(new StoredEvent(ACCOUNT, "checkout", "offline", json("offline"), clock.instant(), true));
        clock.tick(Duration.ofMinutes(61));
        store("young");
        clock.tick(LINGER);
        runDry();
        assertEquals(Set.of("young", "offline"), Set.copyOf(received()));
        assertTrue(
                deadLetters().get(0).reason().startsWith("late: "),
                deadLetters().get(0).reason());
        assertEquals(
                new RedriveResult(1, 0), outbox.redrive(ACCOUNT, new DeadLetter.Which.All(), DeadLetter.Scope.RECENT));
        runDry();
        assertTrue(received().contains("late"));
    }

    @Test
    void eventsOlderThanMaxAgeBecomeDeadLettersAndOtherwiseNoEventIsTooOld() throws Exception {
        store("kept");
        clock.tick(Duration.ofDays(400));
        runDry();
        assertEquals(List.of("kept"), received());
        delivery = delivery(api, options(Mode.LIVE).withMaxAge(Duration.ofDays(7)));
        store("old");
        clock.tick(Duration.ofDays(8));
        runDry();
        assertEquals(List.of("kept"), received());
        assertTrue(
                deadLetters().get(0).reason().startsWith("expired: "),
                deadLetters().get(0).reason());
    }

    @Test
    void endlessMaxAgeStopsNothing() throws Exception {
        delivery = delivery(api, options(Mode.LIVE).withMaxAge(ChronoUnit.FOREVER.getDuration()));
        store("1");
        runDry();
        assertEquals(List.of("1"), received());
    }
}
