// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.AccessToken;
import dev.epik.capi.TokenSource.Unavailable;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that a token source is asked again after one second to one hour, for any requested time. */
class TokenSourcePauseTest {
    private final VirtualDelivery delivery = new VirtualDelivery();

    private void pauseOf(Duration time) {
        delivery.token = CompletableFuture.completedFuture(new Unavailable("sealed", Optional.of(time), false));
        delivery.store("1", false);
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT1S", "PT-5S, PT1S", "PT0.5S, PT1S", "PT1S, PT1S", "PT7M, PT7M", "PT1H, PT1H", "P10D, PT1H"})
    void pauseLastsBetweenOneSecondAndOneHour(Duration asked, Duration expected) {
        pauseOf(asked);
        delivery.runFor(expected.minusMillis(1));
        assertEquals(1, delivery.tokensAsked);
        delivery.token = CompletableFuture.completedFuture(AccessToken.of("a-token"));
        delivery.runFor(Duration.ofMillis(1));
        assertEquals(2, delivery.tokensAsked);
        assertEquals(0, delivery.waiting());
    }

    @Test
    void endlessPauseEndsAfterAnHour() {
        pauseOf(ChronoUnit.FOREVER.getDuration());
        delivery.runFor(Duration.ofHours(24));
        assertTrue(delivery.tokensAsked >= 24, () -> delivery.tokensAsked + " calls");
    }

    @Test
    void zeroPauseCausesNoBusyLoop() {
        pauseOf(Duration.ZERO);
        delivery.runFor(Duration.ofSeconds(100));
        assertTrue(delivery.tokensAsked <= 101, () -> delivery.tokensAsked + " calls");
    }
}
