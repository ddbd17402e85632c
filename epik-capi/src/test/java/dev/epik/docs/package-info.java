// SPDX-License-Identifier: Apache-2.0
/**
 * The Java code of README and of the pages under {@code docs/}, compiled and run, and the checks of these documents.
 */
@NullMarked
package dev.epik.docs;

import org.jspecify.annotations.NullMarked;
