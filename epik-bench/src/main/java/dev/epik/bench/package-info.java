// SPDX-License-Identifier: Apache-2.0
/**
 * Benchmarks beside other libraries. Only ratios within one run are meaningful: each bench runs all candidates in
 * turns.
 */
@NullMarked
package dev.epik.bench;

import org.jspecify.annotations.NullMarked;
