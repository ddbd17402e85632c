// SPDX-License-Identifier: Apache-2.0
/** The application that the container tests deploy. It uses only the attributes of the filter. */
@NullMarked
package dev.epik.filter.app;

import org.jspecify.annotations.NullMarked;
