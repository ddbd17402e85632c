// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.ads.AdsClient;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikException;

/** Opens the client for ads. */
final class AdsConnection {
    private AdsConnection() {}

    /**
     * Opens the client of an ad account.
     *
     * @throws EpikException if a setting is missing or invalid, or the ad account cannot be read
     */
    static AdsClient open(DestinationOptions destination) {
        String id = destination.accountId();
        String token = destination.accessToken;
        if (token == null || token.isBlank()) {
            throw new EpikException("The access token is missing: set PINTEREST_ACCESS_TOKEN to an OAuth token with"
                    + " ads:read and ads:write. A conversion token cannot manage ads");
        }
        return AdsClient.builder(AdAccount.of(id, token.strip()))
                .api(destination.baseUrl())
                .open();
    }
}
