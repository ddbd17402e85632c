// SPDX-License-Identifier: Apache-2.0
/** The Java code of {@code docs/ads.md}, compiled and run. */
@NullMarked
package dev.epik.docs;

import org.jspecify.annotations.NullMarked;
