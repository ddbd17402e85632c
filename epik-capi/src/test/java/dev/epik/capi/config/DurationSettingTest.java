// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DurationSettingTest {
    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    @ParameterizedTest
    @EnumSource
    void clampsValuesToTheNearestEndOfTheRange(DurationSetting setting) {
        assertEquals(setting.max(), setting.clamp(FOREVER));
        assertEquals(setting.min(), setting.clamp(FOREVER.negated()));
        assertEquals(setting.min(), setting.clamp(Duration.ofSeconds(-1)));
        assertEquals(setting.min(), setting.clamp(setting.min()));
        assertEquals(setting.max(), setting.clamp(setting.max()));
        Duration inside = setting.min().plusSeconds(1);
        assertEquals(inside, setting.clamp(inside));
    }

    @ParameterizedTest
    @EnumSource
    void calculationsWithClampedValuesDoNotOverflow(DurationSetting setting) {
        Instant now = Instant.parse("2026-11-26T12:00:00Z");
        assertTrue(now.plus(setting.max()).toEpochMilli() > 0);
        assertTrue(now.minus(setting.max()).toEpochMilli() > 0);
        assertTrue(setting.max().toNanos() > 0);
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("NullAway") // what a shop's bug does
    void nullThrowsWithTheNameOfTheSetting(DurationSetting setting) {
        String message = String.valueOf(assertThrows(NullPointerException.class, () -> setting.clamp(null))
                .getMessage());
        assertTrue(message.matches("[a-zA-Z ]{5,}"), message);
    }
}
