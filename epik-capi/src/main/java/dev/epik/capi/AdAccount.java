// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.pinterest.AdAccountId;
import java.util.Optional;

/**
 * An ad account and the source of its access tokens. Immutable.
 *
 * @param id 1 to 18 digits, as in the address of Ads Manager
 */
public record AdAccount(String id, TokenSource tokens) {
    /** @throws EpikException if the id is invalid */
    public AdAccount {
        if (!AdAccountId.isValid(id)) {
            // not quoted: if the two are swapped, it is the token
            throw new EpikException("The ad account id has " + id.length()
                    + " characters and is not 1 to 18 digits: copy it from the address of Ads Manager."
                    + " Were id and token swapped?");
        }
    }

    /**
     * Returns an ad account with a token that does not change.
     *
     * @throws EpikException if id or token is invalid
     */
    public static AdAccount of(String id, String accessToken) {
        return new AdAccount(id, AccessToken.of(accessToken));
    }

    /**
     * Returns an ad account with a source of tokens.
     *
     * @throws EpikException if the id is invalid
     */
    public static AdAccount of(String id, TokenSource tokens) {
        return new AdAccount(id, tokens);
    }

    /**
     * Looks an ad account up by its id, for platforms whose ad accounts are not known when the client is opened. Must
     * be thread-safe. The delivery thread calls it, so it must return quickly; an answer "unknown" is remembered for 10
     * minutes.
     */
    @FunctionalInterface
    public interface Source {
        /**
         * Returns the ad account with this id.
         *
         * @return empty if it is unknown: its events wait
         */
        Optional<AdAccount> byId(String adAccountId);
    }

    /** Shows the id only: a token source of the shop's own may show its secret in its {@code toString()}. */
    @Override
    public String toString() {
        return "AdAccount[" + id + "]";
    }
}
