// SPDX-License-Identifier: Apache-2.0
/** A shop on Jetty: what a filter costs a page. */
@NullMarked
package dev.epik.bench.server;

import org.jspecify.annotations.NullMarked;
