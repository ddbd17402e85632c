// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code epik.health.*}. A misspelt property fails the start. Immutable.
 *
 * @param downOn Troubles that make health DOWN. By default none does, because every replica sees the same trouble at
 *     once.
 */
@ConfigurationProperties(prefix = "epik.health", ignoreUnknownFields = false)
public record EpikHealthProperties(@DefaultValue Set<Trouble> downOn) {
    /** A trouble that only people can end. */
    public enum Trouble {
        /** The outbox cannot be read, or failed to store the last event. */
        STORAGE,
        /** Pinterest refuses the token or the ad account, or there is no token. */
        RECONNECT
    }
}
