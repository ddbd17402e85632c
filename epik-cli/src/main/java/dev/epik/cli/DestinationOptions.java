// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
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

    @Mixin
    ApiOptions api = new ApiOptions();

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
        String accessToken = api.accessToken;
        if (accessToken == null || accessToken.isBlank()) {
            throw new EpikException(
                    "The access token is missing: set PINTEREST_ACCESS_TOKEN to a conversion token from Ads"
                            + " Manager under Conversions");
        }
        return AdAccount.of(id, accessToken.strip());
    }
}
