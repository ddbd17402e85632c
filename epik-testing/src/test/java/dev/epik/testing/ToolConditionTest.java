// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolConditionTest {
    @ParameterizedTest
    @CsvSource({"true, auto, RUN", "true, required, RUN", "false, auto, SKIP", "false, required, FAIL"})
    void skipsTestsWithoutTheToolUnlessItIsRequired(
            boolean isInstalled, String setting, ToolCondition.Decision decision) {
        assertEquals(decision, ToolCondition.decide(isInstalled, setting));
    }
}
