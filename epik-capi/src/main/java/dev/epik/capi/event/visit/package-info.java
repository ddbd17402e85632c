// SPDX-License-Identifier: Apache-2.0
/** The parts of a {@code Visit}: the page URL that may be sent, and the line in which it is stored. Not exported. */
@NullMarked
package dev.epik.capi.event.visit;

import org.jspecify.annotations.NullMarked;
