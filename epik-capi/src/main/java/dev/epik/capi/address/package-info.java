// SPDX-License-Identifier: Apache-2.0
/** IP addresses as text. For this library's own use. */
@NullMarked
package dev.epik.capi.address;

import org.jspecify.annotations.NullMarked;
