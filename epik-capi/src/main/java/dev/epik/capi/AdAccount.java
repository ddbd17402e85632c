// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi;

import dev.epik.capi.event.rules.AdvertiserEvents;
import dev.epik.capi.pinterest.AdAccountId;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * An ad account and the source of its access tokens. Immutable.
 *
 * @param id 1 to 18 digits, as in the address of Ads Manager
 * @param advertiserEvents the names of the advertiser-defined events that may be submitted; usually empty
 */
public record AdAccount(String id, TokenSource tokens, Set<String> advertiserEvents) {
    /** @throws EpikException if the id or one of the names is invalid, or if there are over 15 names */
    public AdAccount {
        if (!AdAccountId.isValid(id)) {
            // not quoted: if the two are swapped, it is the token
            throw new EpikException("The ad account id has " + id.length()
                    + " characters and is not 1 to 18 digits: copy it from the address of Ads Manager."
                    + " Were id and token swapped?");
        }
        advertiserEvents = Set.copyOf(advertiserEvents);
        checkAdvertiserEvents(id, advertiserEvents);
    }

    /**
     * Returns an ad account with a token that does not change.
     *
     * @throws EpikException if id or token is invalid
     */
    public static AdAccount of(String id, String accessToken) {
        return of(id, AccessToken.of(accessToken));
    }

    /**
     * Returns an ad account with a source of tokens.
     *
     * @throws EpikException if the id is invalid
     */
    public static AdAccount of(String id, TokenSource tokens) {
        return new AdAccount(id, tokens, Set.of());
    }

    /**
     * Returns the ad account with these advertiser-defined events instead of its present ones. Only they may be
     * submitted with {@link dev.epik.capi.event.ConversionEvent#advertiserDefined}; Pinterest counts any other name as
     * unknown.
     *
     * @param names at most 15, as they are defined at Pinterest
     * @throws EpikException if a name is invalid, or if there are too many
     */
    public AdAccount withAdvertiserEvents(String... names) {
        return new AdAccount(id, tokens, Set.copyOf(Arrays.asList(names)));
    }

    private static void checkAdvertiserEvents(String id, Set<String> names) {
        if (names.size() > AdvertiserEvents.MAX_NAMES) {
            throw new EpikException("The ad account " + id + " has " + names.size()
                    + " advertiser-defined events: Pinterest allows " + AdvertiserEvents.MAX_NAMES);
        }
        for (String name : names) {
            AdvertiserEvents.problem(name).ifPresent(problem -> {
                throw new EpikException("An advertiser-defined event \"" + name + "\" " + problem);
            });
        }
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
