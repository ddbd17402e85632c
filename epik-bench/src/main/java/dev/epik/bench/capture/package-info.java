// SPDX-License-Identifier: Apache-2.0
/** What the filter costs each request, on the request and response that Tomcat 11 hands to a filter. */
@NullMarked
package dev.epik.bench.capture;

import org.jspecify.annotations.NullMarked;
