// SPDX-License-Identifier: Apache-2.0
/**
 * The data that the public types of {@code dev.epik.capi.event} pass on to the rules and the writers: an
 * {@link dev.epik.capi.event.data.EventDraft} of plain values. It depends on neither of them. Not exported.
 */
@NullMarked
package dev.epik.capi.event.data;

import org.jspecify.annotations.NullMarked;
