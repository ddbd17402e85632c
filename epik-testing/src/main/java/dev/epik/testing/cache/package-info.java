// SPDX-License-Identifier: Apache-2.0
/** Shared caches for tests: nginx and Varnish. */
@NullMarked
package dev.epik.testing.cache;

import org.jspecify.annotations.NullMarked;
