// SPDX-License-Identifier: Apache-2.0
/**
 * Writes an event as JSON: {@code EventJson} for Pinterest's API, {@code BrowserTag} for its browser tag. The names of
 * Pinterest's fields are here. Not exported.
 */
@NullMarked
package dev.epik.capi.event.json;

import org.jspecify.annotations.NullMarked;
