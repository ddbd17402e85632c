// SPDX-License-Identifier: Apache-2.0
/** The Java code of the pages on the filter and on consent. */
@NullMarked
package dev.epik.docs;

import org.jspecify.annotations.NullMarked;
