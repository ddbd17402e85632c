// SPDX-License-Identifier: Apache-2.0
/**
 * Campaigns, ad groups, ads and audiences of an ad account at Pinterest. Everything is created paused, and nothing can
 * raise what is spent without a {@link dev.epik.ads.SpendLimit}.
 */
@NullMarked
package dev.epik.ads;

import org.jspecify.annotations.NullMarked;
