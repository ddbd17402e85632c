// SPDX-License-Identifier: Apache-2.0
/**
 * Brings single values into the form in which they are sent: {@code NormalForm} what is hashed, {@code Text} what is
 * sent unhashed, {@code Amount} money. Not exported.
 */
@NullMarked
package dev.epik.capi.event.normalize;

import org.jspecify.annotations.NullMarked;
