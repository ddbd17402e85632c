// SPDX-License-Identifier: Apache-2.0
/** Buffers that are used again. For this library's own use. */
@NullMarked
package dev.epik.capi.buffer;

import org.jspecify.annotations.NullMarked;
