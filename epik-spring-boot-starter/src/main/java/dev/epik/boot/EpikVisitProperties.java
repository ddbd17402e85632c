// SPDX-License-Identifier: Apache-2.0
package dev.epik.boot;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code epik.visit.*}. A misspelt property fails the start. Immutable.
 *
 * @param maxAge Age from which a visit's consent counts as unknown, so that its events are not stored, from 1m to
 *     3650d.
 */
@ConfigurationProperties(prefix = "epik.visit", ignoreUnknownFields = false)
public record EpikVisitProperties(@DefaultValue("180d") Duration maxAge) {}
