// SPDX-License-Identifier: Apache-2.0
/**
 * What is reported: a {@link dev.epik.capi.event.ConversionEvent} of a {@link dev.epik.capi.event.Visit}, a
 * {@link dev.epik.capi.event.Customer} and {@link dev.epik.capi.event.Item items}. Nothing here does I/O.
 *
 * <p>Personal data is normalised ({@code Normal}), hashed ({@code RawValue}) and forgotten as it comes in. What an event
 * must have is decided in {@code EventRules}; names that Pinterest's API knows are written in {@code EventJson} alone.
 */
@NullMarked
package dev.epik.capi.event;

import org.jspecify.annotations.NullMarked;
