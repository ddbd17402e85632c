// SPDX-License-Identifier: Apache-2.0
/** Which failures are contained, and which reach the caller. Internal. */
@NullMarked
package dev.epik.capi.failure;

import org.jspecify.annotations.NullMarked;
