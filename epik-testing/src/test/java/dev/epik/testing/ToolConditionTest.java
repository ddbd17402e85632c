// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CachesConditionTest {
    @ParameterizedTest
    @CsvSource({"true, auto, RUN", "true, required, RUN", "false, auto, SKIP", "false, required, FAIL"})
    void skipsTestsWithoutCachesUnlessTheyAreRequired(
            boolean areHere, String setting, CachesCondition.Decision decision) {
        assertEquals(decision, CachesCondition.decide(areHere, setting));
    }
}
