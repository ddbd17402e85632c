// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code epik.filter.*}: the settings of the filter, under their own names. The filter checks the
 * values. A setting that is missing here is read from {@code epik.NAME} and {@code EPIK_NAME}, as without Spring Boot.
 * A misspelt property fails the start. Immutable.
 *
 * @param enabled Whether the filter is registered.
 * @param beacon Path at which the filter answers the script's beacon, without the context path; or off.
 * @param consent Who decides on consent: opt-out, required, not-required, the platform of the banner (such as onetrust
 *     or cookieyes), cookie:NAME=VALUE or cookie:NAME~TEXT. Each start logs a warning until it is set. A bean of type
 *     ConsentDecider takes precedence.
 * @param cookieDomain Domain of the cookies: auto (the host without www.), host (no domain), or a domain that covers
 *     the host.
 * @param gpc Whether the header Sec-GPC: 1 is a denial: obey or ignore.
 * @param lifetimeDays Lifetime of the click id's cookie in days, from 1 to 400.
 * @param maxLength Maximum length of a click id in characters, from 1 to 2048. A longer one is refused.
 * @param refresh When a click id that the cookie already has is written again: landing or never.
 * @param secure When the cookies get the attribute Secure: auto (if the browser used https), always or never.
 */
@ConfigurationProperties(prefix = "epik.filter", ignoreUnknownFields = false)
public record EpikFilterProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String beacon,
        @Nullable String consent,
        @Nullable String cookieDomain,
        @Nullable String gpc,
        @Nullable Integer lifetimeDays,
        @Nullable Integer maxLength,
        @Nullable String refresh,
        @Nullable String secure) {

    /** Returns the settings that have a value, by the names of the filter's init-params. */
    Map<String, String> settings() {
        Map<String, @Nullable Object> all = new TreeMap<>();
        all.put("beacon", beacon);
        all.put("consent", consent);
        all.put("cookie-domain", cookieDomain);
        all.put("gpc", gpc);
        all.put("lifetime-days", lifetimeDays);
        all.put("max-length", maxLength);
        all.put("refresh", refresh);
        all.put("secure", secure);
        Map<String, String> set = new TreeMap<>();
        all.forEach((name, value) -> {
            if (value != null) {
                set.put(name, value.toString());
            }
        });
        return set;
    }
}
