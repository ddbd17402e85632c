// SPDX-License-Identifier: Apache-2.0
/** The ranges of settings. For this library's own use. */
@NullMarked
package dev.epik.capi.config;

import org.jspecify.annotations.NullMarked;
