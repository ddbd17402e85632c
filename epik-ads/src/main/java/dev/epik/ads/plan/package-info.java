// SPDX-License-Identifier: Apache-2.0
/** Plan files: what an ad account should have, in a file. Start with {@link dev.epik.ads.plan.AdsPlanner}. */
@NullMarked
package dev.epik.ads.plan;

import org.jspecify.annotations.NullMarked;
