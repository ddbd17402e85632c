// SPDX-License-Identifier: Apache-2.0
/**
 * Captures Pinterest's click id from the landing URL into the first-party cookie {@code _epik}.
 *
 * <p>Start with {@link dev.epik.filter.EpikFilter}: drop the jar in and it is there. {@link dev.epik.filter.Consent} is
 * the one thing a shop may want to write itself. All the rest decides or formats, one question a file: what does a request call for ({@code Capture}), what is a click
 * id ({@code ClickId}), which domain does the cookie get ({@code CookieDomain}), what does the header line look like
 * ({@code SetCookie}), what did the visitor's browser ask for ({@code VisitorOrigin}), what do the usual consent banners
 * say ({@code ConsentCookies}), what may caches be told ({@code CachePolicy}, kept up by {@code PrivateResponse}).
 */
@NullMarked
package dev.epik.filter;

import org.jspecify.annotations.NullMarked;
