// SPDX-License-Identifier: Apache-2.0
/**
 * Measures the delivery of sales to a server that counts them, by Epik and by its peers. Each candidate has a process
 * of its own, and the candidates take turns.
 */
@NullMarked
package dev.epik.bench.delivery;

import org.jspecify.annotations.NullMarked;
