// SPDX-License-Identifier: Apache-2.0
/** Measures the cost of an event for the caller of {@code submit}. */
@NullMarked
package dev.epik.bench.event;

import org.jspecify.annotations.NullMarked;
