// SPDX-License-Identifier: Apache-2.0
/**
 * Sends events and gets tokens. Only this package knows URLs, headers and status codes:
 * {@link dev.epik.capi.pinterest.PinterestApi} and {@link dev.epik.capi.pinterest.TokenEndpoint}, each over a
 * {@code PinterestHttp}. {@code ReplyReading} and {@code TokenReading} decide what an answer means, as
 * {@code vectors/replies.json} and {@code vectors/tokens.json} say; {@code ExchangeFailure} decides what it means if
 * there is none. {@code Redaction} takes personal data out of Pinterest's texts. An
 * {@link dev.epik.capi.AdAccount} has a {@link dev.epik.capi.TokenSource}, which the sender asks
 * for the token of each request.
 */
@NullMarked
package dev.epik.capi.pinterest;

import org.jspecify.annotations.NullMarked;
