// SPDX-License-Identifier: Apache-2.0
/** How this library uses Jackson. Not exported. */
@NullMarked
package dev.epik.capi.json;

import org.jspecify.annotations.NullMarked;
