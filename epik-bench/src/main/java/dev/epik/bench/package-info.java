// SPDX-License-Identifier: Apache-2.0
/** How fast, beside whom. Ratios within one run alone mean something: each bench runs its peers in turns with us. */
@NullMarked
package dev.epik.bench;

import org.jspecify.annotations.NullMarked;
