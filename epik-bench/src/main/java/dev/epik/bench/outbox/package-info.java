// SPDX-License-Identifier: Apache-2.0
/** What the stores do in a second, and what their size costs. */
@NullMarked
package dev.epik.bench.outbox;

import org.jspecify.annotations.NullMarked;
