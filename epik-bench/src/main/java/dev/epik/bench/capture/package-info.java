// SPDX-License-Identifier: Apache-2.0
/** Measures the filter's cost per request, with Tomcat 11's own request and response. */
@NullMarked
package dev.epik.bench.capture;

import org.jspecify.annotations.NullMarked;
