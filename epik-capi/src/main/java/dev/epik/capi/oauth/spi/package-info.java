// SPDX-License-Identifier: Apache-2.0
/**
 * For implementers of a store of OAuth tokens: {@link dev.epik.capi.oauth.spi.TokenStore} and the types of its methods.
 *
 * <p><b>Incubating.</b> This package may change in any release, until a store outside this module has shipped.
 */
@NullMarked
package dev.epik.capi.oauth.spi;

import org.jspecify.annotations.NullMarked;
