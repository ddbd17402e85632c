// SPDX-License-Identifier: Apache-2.0
/** JSON as values of the JDK. Not exported. */
@NullMarked
package dev.epik.ads.json;

import org.jspecify.annotations.NullMarked;
