// SPDX-License-Identifier: Apache-2.0
/** Measures the filter's cost per page on Jetty. */
@NullMarked
package dev.epik.bench.server;

import org.jspecify.annotations.NullMarked;
