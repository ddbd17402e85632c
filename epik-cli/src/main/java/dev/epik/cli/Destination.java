// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikClient;
import dev.epik.capi.EpikException;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where events go, from options or the environment. */
final class Destination {
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

    @Option(names = "--api", paramLabel = "URL", description = "Another address of the API, such as of \"epik fake\".")
    @Nullable
    String api;

    URI root() {
        try {
            return api == null ? EpikClient.PRODUCTION : new URI(api);
        } catch (URISyntaxException wrong) {
            throw new WrongUsage("--api is no URL; leave it out for Pinterest's own");
        }
    }

    /** @throws EpikException with the cure, where none is named */
    String accountId() {
        if (adAccount == null || adAccount.isBlank()) {
            throw new EpikException("No ad account is named: set PINTEREST_AD_ACCOUNT_ID, or --ad-account");
        }
        return AdAccount.of(adAccount.strip(), "none").id(); // checks its form
    }

    /** @throws EpikException with the cure, where one of the two is missing or wrong */
    AdAccount account() {
        String id = accountId();
        if (accessToken == null || accessToken.isBlank()) {
            throw new EpikException(
                    "There is no access token: set PINTEREST_ACCESS_TOKEN to a conversion token from Ads"
                            + " Manager under Conversions");
        }
        return AdAccount.of(id, accessToken.strip());
    }
}
