// SPDX-License-Identifier: Apache-2.0
/**
 * OAuth tokens that are renewed automatically. Start with {@link dev.epik.capi.oauth.OAuthTokens}. A shop with a
 * conversion token from Ads Manager does not need this package.
 *
 * <p>The refresh token rotates: each renewal returns a new one, and the old one may become invalid at once. Therefore a
 * new grant is stored before it is used, and one process at a time renews ({@link dev.epik.capi.oauth.spi.TokenStore}).
 * A file store also keeps the answer on disk until the grant is stored ({@code PendingGrantFile}). {@code Renewal}
 * holds the steps that run under the store's lock.
 */
@NullMarked
package dev.epik.capi.oauth;

import org.jspecify.annotations.NullMarked;
