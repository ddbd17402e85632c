// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code epik.filter.*}: the filter's own settings under their own names. The filter checks their
 * values. A setting that is missing here is read as without Boot, from {@code epik.NAME} and {@code EPIK_NAME}. A
 * misspelt property fails the start.
 *
 * @param enabled whether the filter is registered
 * @param beacon the path at which the script reports what it found, {@code /_epik} by default, or {@code off}
 * @param consent {@code auto} by default; a bean of type {@code Consent} decides instead
 * @param cookieDomain {@code auto} by default, {@code host}, or a domain that covers the host
 * @param gpc {@code obey} by default, or {@code ignore}
 * @param lifetimeDays 365 by default, at most 400
 * @param maxLength of a click id in characters, 512 by default, at most 2048
 * @param refresh {@code never} by default, or {@code landing}
 * @param secure {@code auto} by default, {@code always} or {@code never}
 */
@ConfigurationProperties(prefix = "epik.filter", ignoreUnknownFields = false)
public record EpikFilterProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String beacon,
        @Nullable String consent,
        @Nullable String cookieDomain,
        @Nullable String gpc,
        @Nullable String lifetimeDays,
        @Nullable String maxLength,
        @Nullable String refresh,
        @Nullable String secure) {

    /** What is set, by the filter's names. */
    Map<String, String> settings() {
        Map<String, @Nullable String> all = new TreeMap<>();
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
                set.put(name, value);
            }
        });
        return set;
    }
}
