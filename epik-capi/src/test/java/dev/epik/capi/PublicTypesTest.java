// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.epik.testing.PublicTypes;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Holds the public API of the module: its top-level types by name, and that no signature shows an internal type. A type
 * that is added or removed is a changed row here.
 */
class PublicTypesTest {
    private static final int MAX_TYPES = 34;

    /** Without the types of the {@code spi} packages, which are incubating. */
    private static final String TYPES = """
            dev.epik.capi.AccessToken
            dev.epik.capi.AccountClient
            dev.epik.capi.AdAccount
            dev.epik.capi.ConversionDeletion
            dev.epik.capi.DeadLetter
            dev.epik.capi.DeliveryListener
            dev.epik.capi.DeliveryStats
            dev.epik.capi.EpikClient
            dev.epik.capi.EpikException
            dev.epik.capi.ErasureRequest
            dev.epik.capi.Mode
            dev.epik.capi.Outcome
            dev.epik.capi.StoredEvent
            dev.epik.capi.SubmitResult
            dev.epik.capi.TokenSource
            dev.epik.capi.event.ActionSource
            dev.epik.capi.event.AppInfo
            dev.epik.capi.event.ConversionEvent
            dev.epik.capi.event.Customer
            dev.epik.capi.event.DeviceInfo
            dev.epik.capi.event.Item
            dev.epik.capi.event.Problem
            dev.epik.capi.event.Visit
            dev.epik.capi.oauth.FileTokenStore
            dev.epik.capi.oauth.JdbcTokenStore
            dev.epik.capi.oauth.OAuthApp
            dev.epik.capi.oauth.OAuthTokens
            dev.epik.capi.outbox.JdbcOutbox
            dev.epik.capi.outbox.MemoryOutbox
            dev.epik.capi.outbox.SpooledOutbox
            dev.epik.capi.outbox.SqliteOutbox
            dev.epik.capi.servlet.EpikContextListener
            dev.epik.capi.servlet.ServletVisit
            dev.epik.capi.servlet.TrustedProxies
            """;

    @Test
    void thePublicTypesAreThoseOfTheList() throws Exception {
        List<String> types = PublicTypes.of("epik-capi", EpikClient.class).names();
        assertEquals(TYPES.strip(), String.join("\n", types));
        assertTrue(types.size() <= MAX_TYPES, () -> types.size() + " public types");
    }

    @Test
    void noPublicSignatureShowsAnInternalType() throws Exception {
        assertEquals(Set.of(), PublicTypes.of("epik-capi", EpikClient.class).shownInternalTypes());
    }
}
