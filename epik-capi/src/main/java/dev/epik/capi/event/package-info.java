// SPDX-License-Identifier: Apache-2.0
/**
 * The data that a shop reports: a {@link dev.epik.capi.event.ConversionEvent} of a {@link dev.epik.capi.event.Visit}, a
 * {@link dev.epik.capi.event.Customer} and {@link dev.epik.capi.event.Item items}. Nothing here does I/O.
 *
 * <p>The public types delegate to packages that are not exported. Each knows only those below it:
 *
 * <ul>
 *   <li>{@code event.visit}: the page URL that may be sent, and the text form of a visit
 *   <li>{@code event.json}: the JSON for Pinterest's API and for its browser tag
 *   <li>{@code event.rules}: what is an error or a warning, with the messages
 *   <li>{@code event.data}: the values that the public types pass on to rules and writers
 *   <li>{@code event.normalize}: the form in which single values are hashed and sent
 *   <li>{@code dev.epik.capi.fast}: the code that is written for speed
 * </ul>
 */
@NullMarked
package dev.epik.capi.event;

import org.jspecify.annotations.NullMarked;
