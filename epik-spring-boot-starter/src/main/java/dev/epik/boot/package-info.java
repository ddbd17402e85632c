// SPDX-License-Identifier: Apache-2.0
/** Epik in Spring Boot: one dependency and the properties {@code epik.filter.*}. */
@NullMarked
package dev.epik.boot;

import org.jspecify.annotations.NullMarked;
