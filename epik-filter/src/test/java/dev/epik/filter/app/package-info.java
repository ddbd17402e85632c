// SPDX-License-Identifier: Apache-2.0
/** The application that the container tests deploy; it knows nothing of the filter but its request attribute. */
@NullMarked
package dev.epik.filter.app;

import org.jspecify.annotations.NullMarked;
