// SPDX-License-Identifier: Apache-2.0
/**
 * Fixtures that the tests of several modules use: child processes, captured logs, WARs, the rows of {@code vectors/}.
 */
@NullMarked
package dev.epik.testing;

import org.jspecify.annotations.NullMarked;
