// SPDX-License-Identifier: Apache-2.0
/**
 * Tokens that renew themselves. Start with {@link dev.epik.capi.oauth.OAuthTokens}; a shop with a conversion token from Ads
 * Manager needs none of this.
 *
 * <p>The refresh token rotates: each renewal brings a new one, and the old one may die at once. So a new grant is stored
 * before it is used, one process at a time renews ({@link dev.epik.capi.oauth.spi.TokenStore}), and a file store keeps the
 * answer itself while it arrives ({@code Journal}). What is done under the store's lock stands in {@code Renewal}.
 */
@NullMarked
package dev.epik.capi.oauth;

import org.jspecify.annotations.NullMarked;
