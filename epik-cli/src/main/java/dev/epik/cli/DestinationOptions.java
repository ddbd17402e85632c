// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that name the ad account, the access token and the API. */
final class DestinationOptions {
    @Option(
            names = "--ad-account",
            paramLabel = "ID",
            defaultValue = "${env:PINTEREST_AD_ACCOUNT_ID}",
            description = "Default: PINTEREST_AD_ACCOUNT_ID.")
    @Nullable
    String adAccount;

    @Option(
            names = "--access-token",
            paramLabel = "TOKEN",
            defaultValue = "${env:PINTEREST_ACCESS_TOKEN}",
            description = "Default, and safer: PINTEREST_ACCESS_TOKEN.")
    @Nullable
    String accessToken;

    @Option(names = "--api", paramLabel = "URL", description = "The API's base URL, such as that of \"epik fake\".")
    @Nullable
    String api;

    /** Returns the base URL of the API. */
    URI baseUrl() {
        try {
            return api == null ? EpikClient.PRODUCTION : new URI(api);
        } catch (URISyntaxException e) {
            throw new UsageException(
                    "--api is invalid: it must be a URL such as http://127.0.0.1:8089; omit it for Pinterest's own");
        }
    }

    /**
     * Returns the id of the ad account.
     *
     * @throws EpikException if it is missing or invalid
     */
    String accountId() {
        if (adAccount == null || adAccount.isBlank()) {
            throw new EpikException("The ad account is missing: set PINTEREST_AD_ACCOUNT_ID or --ad-account");
        }
        return AdAccount.of(adAccount.strip(), "none").id(); // validates the id
    }

    /**
     * Returns the ad account with its token.
     *
     * @throws EpikException if one of the two is missing or invalid
     */
    AdAccount account() {
        String id = accountId();
        if (accessToken == null || accessToken.isBlank()) {
            throw new EpikException(
                    "The access token is missing: set PINTEREST_ACCESS_TOKEN to a conversion token from Ads"
                            + " Manager under Conversions");
        }
        return AdAccount.of(id, accessToken.strip());
    }
}
