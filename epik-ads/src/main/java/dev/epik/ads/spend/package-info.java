// SPDX-License-Identifier: Apache-2.0
/** Whether a change may spend more money, and whether the limit allows it. Pure functions. Not exported. */
@NullMarked
package dev.epik.ads.spend;

import org.jspecify.annotations.NullMarked;
