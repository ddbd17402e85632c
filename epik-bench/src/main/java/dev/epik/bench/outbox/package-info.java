// SPDX-License-Identifier: Apache-2.0
/** Measures the throughput of the stores, and how it depends on their size. */
@NullMarked
package dev.epik.bench.outbox;

import org.jspecify.annotations.NullMarked;
