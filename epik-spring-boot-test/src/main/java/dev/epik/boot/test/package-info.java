// SPDX-License-Identifier: Apache-2.0
/** A fake Pinterest for tests of Spring Boot applications. */
@NullMarked
package dev.epik.boot.test;

import org.jspecify.annotations.NullMarked;
