// SPDX-License-Identifier: Apache-2.0
/** The Java code of {@code docs/spring-boot.md} that needs this module. */
@NullMarked
package dev.epik.docs;

import org.jspecify.annotations.NullMarked;
