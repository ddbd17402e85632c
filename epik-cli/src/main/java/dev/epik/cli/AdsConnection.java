// SPDX-License-Identifier: Apache-2.0
package dev.epik.cli;

import dev.epik.ads.AdsClient;
import dev.epik.ads.AdsException;
import dev.epik.ads.Money;
import dev.epik.ads.plan.AdsPlanner;
import dev.epik.capi.AdAccount;
import dev.epik.capi.EpikException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens the client and the planner for ads. */
final class AdsConnection {
    private static final String CEILING = "EPIK_ADS_MAX_DAILY";

    private AdsConnection() {}

    /**
     * Opens the client of the ad account that the options name.
     *
     * @throws EpikException if a setting is missing or invalid, or the ad account cannot be read
     */
    static AdsClient open(DestinationOptions destination) {
        return open(destination.accountId(), destination.api, null);
    }

    /**
     * Opens the client of an ad account.
     *
     * @param journal the file to which each write is appended; null for none
     * @throws EpikException if the token is missing, or the ad account or the journal cannot be read
     */
    static AdsClient open(String adAccount, ApiOptions api, @Nullable Path journal) {
        String token = api.accessToken;
        if (token == null || token.isBlank()) {
            throw new EpikException("The access token is missing: set PINTEREST_ACCESS_TOKEN to an OAuth token with"
                    + " ads:read and ads:write. A conversion token cannot manage ads");
        }
        AdsClient.Builder builder =
                AdsClient.builder(AdAccount.of(adAccount, token.strip())).api(api.baseUrl());
        return (journal == null ? builder : builder.journal(journal)).open();
    }

    /**
     * Returns a planner with the ceiling of {@code EPIK_ADS_MAX_DAILY}.
     *
     * @throws EpikException if the ceiling is not an amount. An empty one is not ignored, because it was meant as one
     */
    static AdsPlanner planner(AdsClient ads) {
        AdsPlanner planner = AdsPlanner.of(ads);
        String ceiling = System.getenv(CEILING);
        if (ceiling == null) {
            return planner;
        }
        try {
            return planner.ceiling(Money.of(ceiling.strip(), ads.account().currency()));
        } catch (AdsException e) {
            throw new EpikException(CEILING + " is invalid: set it to an amount in "
                    + ads.account().currency() + ", such as 100.00, or unset it");
        }
    }

    /** Prints why a command cannot go on, and returns its exit code. */
    static int failure(EpikException e, PrintWriter err) {
        err.println("epik: " + e.getMessage());
        err.flush();
        return 1;
    }
}
