// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.capi.outbox.spi.Peek;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The contract of every outbox for the pause of an ad account. */
abstract class PauseContract extends PeekContract {
    @Test
    void pauseAffectsOneAccountAndEnds() {
        outbox.pause(ACCOUNT, Duration.ofMinutes(5), "429");
        Peek.Pause pause = outbox.peek(ACCOUNT, 9).pause().orElseThrow();
        assertEquals("429", pause.reason());
        assertNear(300, pause.left());
        assertEquals(Optional.empty(), outbox.peek("7", 9).pause());
        tick(Duration.ofMinutes(6));
        assertEquals(Optional.empty(), outbox.peek(ACCOUNT, 9).pause());
        outbox.pause(ACCOUNT, Duration.ofMinutes(1), "again");
        assertEquals("again", outbox.peek(ACCOUNT, 9).pause().orElseThrow().reason());
        outbox.resume(ACCOUNT);
        assertEquals(Optional.empty(), outbox.peek(ACCOUNT, 9).pause());
    }

    @Test
    void longerPauseWinsWithItsReason() {
        outbox.pause(ACCOUNT, Duration.ofMinutes(5), "429");
        outbox.pause(ACCOUNT, Duration.ofMinutes(10), "503");
        outbox.pause(ACCOUNT, Duration.ofSeconds(1), "shorter");
        Peek.Pause pause = outbox.peek(ACCOUNT, 9).pause().orElseThrow();
        assertEquals("503", pause.reason());
        assertNear(600, pause.left());
    }

    @Test
    void reasonsAreCutAndLoseNulCharacters() {
        String reason = "a\0" + "x".repeat(1998) + "😀";
        String stored = "a" + "x".repeat(1998);
        outbox.pause(ACCOUNT, Duration.ofMinutes(5), reason);
        assertEquals(stored, outbox.peek(ACCOUNT, 9).pause().orElseThrow().reason());
    }

    @Test
    void pauseEndsWithinAnHour() {
        outbox.pause(ACCOUNT, Duration.ofSeconds(Long.MAX_VALUE), "forever");
        assertNear(3600, outbox.peek(ACCOUNT, 9).pause().orElseThrow().left());
    }
}
