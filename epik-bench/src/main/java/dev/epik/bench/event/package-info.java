// SPDX-License-Identifier: Apache-2.0
/** What an event costs the caller of {@code submit}. */
@NullMarked
package dev.epik.bench.event;

import org.jspecify.annotations.NullMarked;
