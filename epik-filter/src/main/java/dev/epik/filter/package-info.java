// SPDX-License-Identifier: Apache-2.0
/**
 * Captures Pinterest's click id from the landing URL into the first-party cookie {@code _epik}.
 *
 * <p>Start with {@link dev.epik.filter.EpikFilter} and its builder. Implement {@link dev.epik.filter.ConsentDecider} if
 * no built-in decider fits your banner. The package-private classes answer one question each: what does a request call
 * for ({@code Capture}), what is a click id ({@code ClickId}), which domains can a cookie have ({@code DomainNames}),
 * what does a {@code Set-Cookie} line look like ({@code SetCookie}), what did the visitor's browser request
 * ({@code VisitorOrigin}), what may be kept ({@code BuiltInConsent}, which asks {@code dev.epik.filter.consent} what
 * banners store), and which cache headers are private ({@code CachePolicy}, applied by {@code PrivateResponse}).
 */
@NullMarked
package dev.epik.filter;

import org.jspecify.annotations.NullMarked;
