// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import dev.epik.capi.EpikClient.LateEvents;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The properties {@code epik.delivery.*}. A misspelt property fails the start. Immutable.
 *
 * @param linger How long an event waits for others to be sent with, from 0 to 1h.
 * @param late What happens to web and app events that would arrive over an hour late and count as offline.
 * @param maxAge Age at which unsent events become dead letters, from 1m to 3650d. By default unlimited.
 */
@ConfigurationProperties(prefix = "epik.delivery", ignoreUnknownFields = false)
public record EpikDeliveryProperties(
        @Nullable Duration linger,
        @Nullable LateEvents late,
        @Nullable Duration maxAge) {}
