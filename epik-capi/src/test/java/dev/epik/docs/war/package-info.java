// SPDX-License-Identifier: Apache-2.0
/** The Java code of {@code docs/war.md}. */
@NullMarked
package dev.epik.docs.war;

import org.jspecify.annotations.NullMarked;
