// SPDX-License-Identifier: Apache-2.0
/**
 * How events are sent, and how tokens are got. Only this package knows URLs, headers and status codes:
 * {@link dev.epik.capi.pinterest.PinterestApi} and {@link dev.epik.capi.pinterest.TokenEndpoint}, over the one
 * {@code PinterestHttp}. What an answer means is decided in {@code ReplyReading} and {@code TokenReading}, as
 * {@code vectors/replies.json} and {@code vectors/tokens.json} say. An {@link dev.epik.capi.pinterest.AdAccount} asks a
 * {@link dev.epik.capi.pinterest.TokenSource} for the token of each request.
 */
@NullMarked
package dev.epik.capi.pinterest;

import org.jspecify.annotations.NullMarked;
