// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code epik.page-events.*}. A misspelt property fails the start. Immutable.
 *
 * @param enabled Whether page events of the script epik.events.js are reported to Pinterest.
 * @param searchText Whether the text of a search is sent, unhashed.
 * @param maxPerMinute Number of page events that one address may send in a minute, from 1 to 10000.
 * @param capacity Number of page events that may wait, and that are taken in a minute, from 1 to 100000.
 */
@ConfigurationProperties(prefix = "epik.page-events", ignoreUnknownFields = false)
public record EpikPageEventsProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("false") boolean searchText,
        @Nullable Integer maxPerMinute,
        @Nullable Integer capacity) {}
