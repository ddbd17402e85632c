// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.capi.TokenSource.Unavailable;
import org.junit.jupiter.api.Test;

class AccessTokenTest {
    @Test
    void aMissingEnvironmentVariablePausesDelivery() throws Exception {
        TokenSource missing = AccessToken.fromEnvironment("EPIK_A_VARIABLE_NOBODY_SETS");
        Unavailable pause = assertInstanceOf(Unavailable.class, missing.token());
        assertTrue(pause.reason().contains("EPIK_A_VARIABLE_NOBODY_SETS is not set: give it"), pause::reason);
        assertTrue(pause.needsOperator());
        var swapped = assertThrows(EpikException.class, () -> AccessToken.fromEnvironment("pina_secret"));
        assertFalse(swapped.toString().contains("secret"), swapped::toString);
        var empty = assertThrows(EpikException.class, () -> AccessToken.of(" ", "PINTEREST_ACCESS_TOKEN"));
        assertTrue(empty.toString().contains("PINTEREST_ACCESS_TOKEN is empty"), empty::toString);
        assertEquals(AccessToken.of("a"), AccessToken.of("a", "PINTEREST_ACCESS_TOKEN"));
        assertThrows(EpikException.class, () -> AccessToken.of(null, "PINTEREST_ACCESS_TOKEN"));
    }
}
