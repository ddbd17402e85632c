// SPDX-License-Identifier: Apache-2.0
/** Auto-configuration for Spring Boot. It registers the filter with the properties {@code epik.filter.*}. */
@NullMarked
package dev.epik.boot;

import org.jspecify.annotations.NullMarked;
