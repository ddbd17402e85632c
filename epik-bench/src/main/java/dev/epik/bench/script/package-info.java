// SPDX-License-Identifier: Apache-2.0
/** Measures the size of the scripts. */
@NullMarked
package dev.epik.bench.script;

import org.jspecify.annotations.NullMarked;
