// SPDX-License-Identifier: Apache-2.0
/** Reads IP addresses from text. Not exported. */
@NullMarked
package dev.epik.capi.address;

import org.jspecify.annotations.NullMarked;
