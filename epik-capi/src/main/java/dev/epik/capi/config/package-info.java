// SPDX-License-Identifier: Apache-2.0
/** The ranges of settings. Internal. */
@NullMarked
package dev.epik.capi.config;

import org.jspecify.annotations.NullMarked;
