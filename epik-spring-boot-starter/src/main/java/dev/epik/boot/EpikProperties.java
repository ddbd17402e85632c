// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.Mode;
import dev.epik.capi.event.ConversionEvent.Privacy.PageUrl;
import dev.epik.capi.event.ConversionEvent.Privacy.UsOptOut;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code epik.*} of the client. Immutable.
 *
 * @param mode Whether events count: live, or test, in which Pinterest checks events and records none.
 * @param adAccountId Id of the default ad account, from the address of Ads Manager.
 * @param accessToken Conversion access token from Ads Manager. Used by every ad account that has none of its own.
 * @param accessTokenFile File with the access token, such as a mounted secret. It is read again for every request.
 * @param api Address of the API. Only for tests: the address of a FakePinterest.
 * @param accounts More ad accounts, by name.
 * @param defaultAccount Name of the default ad account. Needed if there are several and epik.ad-account-id is not set.
 * @param advertiserEvents Names of the advertiser-defined events of the default ad account, as defined at Pinterest.
 *     Used by every ad account that has none of its own.
 * @param trustedProxies Addresses or blocks, such as 10.0.0.0/8, of the proxies whose X-Forwarded-For is trusted. Used
 *     for Visit arguments of controllers.
 * @param silence Time without an accepted event after which one warning is logged, from 1m to 30d. Also warns if the
 *     share of events with a click id halves. By default off, because only the shop knows its quiet hours.
 * @param pageUrl How much of the page's URL is stored and sent.
 * @param itemNames Whether the names of items and of the content are stored and sent.
 * @param searchString Whether the text of a search is stored and sent.
 * @param usOptOut What happens to the event of a visitor who opted out by Global Privacy Control or usprivacy.
 */
@ConfigurationProperties(prefix = "epik")
public record EpikProperties(
        @Nullable Mode mode,
        @Nullable String adAccountId,
        @Nullable String accessToken,
        @Nullable String accessTokenFile,
        @Nullable URI api,
        @DefaultValue Map<String, Account> accounts,
        @Nullable String defaultAccount,
        @DefaultValue List<String> advertiserEvents,
        @DefaultValue List<String> trustedProxies,
        @Nullable Duration silence,
        @DefaultValue("full") PageUrl pageUrl,
        @DefaultValue("true") boolean itemNames,
        @DefaultValue("true") boolean searchString,
        @DefaultValue("drop") UsOptOut usOptOut) {
    /**
     * An ad account. Immutable.
     *
     * @param adAccountId Id of the ad account.
     * @param accessToken Its access token; epik.access-token if not set.
     * @param accessTokenFile File with its access token, read again for every request.
     * @param advertiserEvents Names of its advertiser-defined events; epik.advertiser-events if not set.
     */
    public record Account(
            @Nullable String adAccountId,
            @Nullable String accessToken,
            @Nullable String accessTokenFile,
            @DefaultValue List<String> advertiserEvents) {
        /** Shows no token. */
        @Override
        public String toString() {
            return "Account[" + adAccountId + "]";
        }
    }

    /** Returns whether one of the settings for delivery is set. */
    boolean isForDelivery() {
        return mode != null
                || adAccountId != null
                || accessToken != null
                || accessTokenFile != null
                || defaultAccount != null
                || !accounts.isEmpty();
    }

    /** Shows no token. */
    @Override
    public String toString() {
        return "EpikProperties[mode=" + mode + ", adAccountId=" + adAccountId + ", accounts=" + accounts.keySet() + "]";
    }
}
