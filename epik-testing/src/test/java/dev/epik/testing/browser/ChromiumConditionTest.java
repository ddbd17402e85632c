// SPDX-License-Identifier: Apache-2.0
package dev.epik.testing.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.epik.testing.browser.ChromiumCondition.Decision;
import org.junit.jupiter.api.Test;

class ChromiumConditionTest {
    @Test
    void usesAnInstalledBrowser() {
        assertEquals(Decision.RUN, ChromiumCondition.decide(true, "auto"));
        assertEquals(Decision.RUN, ChromiumCondition.decide(true, "required"));
    }

    @Test
    void skipsTestsWithoutABrowserUnlessTheyAreRequired() {
        assertEquals(Decision.SKIP, ChromiumCondition.decide(false, "auto"));
        assertEquals(Decision.FAIL, ChromiumCondition.decide(false, "required"));
    }
}
