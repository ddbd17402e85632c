// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The properties {@code epik.oauth.*}: the app at Pinterest whose tokens are renewed by themselves. A misspelt property
 * fails the start. Immutable.
 *
 * @param clientId App id, from the app's page on Pinterest's developer site.
 * @param clientSecret App secret key, from the same page.
 */
@ConfigurationProperties(prefix = "epik.oauth", ignoreUnknownFields = false)
public record EpikOAuthProperties(
        @Nullable String clientId, @Nullable String clientSecret) {
    boolean isSet() {
        return clientId != null || clientSecret != null;
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "EpikOAuthProperties[" + clientId + "]";
    }
}
