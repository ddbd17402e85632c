// SPDX-License-Identifier: Apache-2.0
/** How JSON is read and written. For this library's own use. */
@NullMarked
package dev.epik.capi.json;

import org.jspecify.annotations.NullMarked;
