// SPDX-License-Identifier: Apache-2.0
/**
 * Sends events and requests tokens. Only this package knows URLs, headers and status codes. Internal.
 *
 * <p>{@link dev.epik.capi.pinterest.PinterestApi} and {@link dev.epik.capi.pinterest.TokenEndpoint} use a
 * {@code PinterestHttp} each. {@code ReplyReading} and {@code TokenReading} decide what an answer means, by the tables
 * {@code vectors/replies.json} and {@code vectors/tokens.json}. {@code ExchangeFailure} decides what it means if there
 * is no answer. {@code Redaction} removes personal data from Pinterest's texts.
 */
@NullMarked
package dev.epik.capi.pinterest;

import org.jspecify.annotations.NullMarked;
