// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.TokenSource.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Decides what an answer of {@code POST /v5/oauth/token} means: a pure function of status, headers and body. Its table
 * is {@code vectors/tokens.json}.
 *
 * <p>Two rules. A rotated refresh token is never discarded because another field is invalid. A refresh token counts as
 * spent only if Pinterest has reported that the grant is invalid, because then an operator must act.
 */
final class TokenReading {
    /** The assumed lifetime of a token if Pinterest does not state it; short, so that it is renewed early enough. */
    private static final Duration DEFAULT_LIFE = Duration.ofHours(1);

    /** No real lifetime is longer, and a nonsensical number must not overflow an {@link Instant}. */
    private static final Duration MAX_LIFE = Duration.ofDays(3660);

    /** The last second of the year 9999. */
    private static final long MAX_EPOCH_SECOND = 253_402_300_799L;

    /** Pinterest's error number for "The authorization grant is invalid". */
    private static final String INVALID_GRANT_CODE = "283";

    /** Matches messages that call the grant invalid, because Pinterest documents no error number for it. */
    private static final Pattern SPENT = Pattern.compile(
            "invalid.grant|grant is invalid"
                    + "|\\b(refresh token|authorization code)\\b.{0,40}\\b(invalid|expired|revoked|used)\\b"
                    + "|\\b(invalid|expired|revoked)\\b.{0,20}\\b(refresh token|authorization code)\\b",
            Pattern.CASE_INSENSITIVE);

    private TokenReading() {}

    static TokenReply read(int status, Function<String, Optional<String>> header, String text) {
        Optional<TokenBody> body = TokenBody.read(text);
        if (status / 100 == 2) {
            Optional<TokenReply.Granted> granted = body.flatMap(TokenReading::granted);
            return granted.isPresent()
                    ? granted.get()
                    : failure(
                            "The " + status + " answer has no access token. Is a proxy or a login page in between?",
                            true);
        }
        String message = ReplyReading.quote(body.map(TokenBody::words).orElse(""));
        String sentence = ReplyReading.sentence(status, message.matches(".*\\w") ? message + "." : message);
        if (status == 400 || status == 401) {
            return refused(body.orElse(TokenBody.EMPTY), message, sentence);
        }
        if (status == 403) {
            return failure(
                    sentence + " Is the app still approved? See its page at Pinterest's developers' site.", true);
        }
        return failure(sentence, ReplyReading.retryAfter(header), status < 500 && status != 429);
    }

    /** Reads a 2xx answer that a crash has left on disk; returns empty if it is not complete. */
    static Optional<TokenReply.Granted> readSaved(String text) {
        return TokenBody.read(text).flatMap(TokenReading::granted);
    }

    private static Optional<TokenReply.Granted> granted(TokenBody body) {
        if (!HeaderToken.isSendable(body.accessToken())) {
            return Optional.empty();
        }
        if (!body.refreshToken().isEmpty() && !HeaderToken.isSendable(body.refreshToken())) {
            return Optional.empty();
        }
        return Optional.of(new TokenReply.Granted(
                body.accessToken(),
                life(body.expiresIn()).orElse(DEFAULT_LIFE),
                Optional.of(body.refreshToken()).filter(token -> !token.isEmpty()),
                life(body.refreshExpiresIn()),
                number(body.refreshExpiresAt())
                        .map(seconds -> Instant.ofEpochSecond(Math.min(seconds, MAX_EPOCH_SECOND)))));
    }

    private static TokenReply refused(TokenBody body, String message, String sentence) {
        boolean spent = body.error().equals("invalid_grant")
                || body.code().equals(INVALID_GRANT_CODE)
                || SPENT.matcher(message).find();
        if (spent) {
            return new TokenReply.Spent(sentence);
        }
        return failure(
                sentence + " Check the app's client id and secret, and that the redirect URI is exactly the registered"
                        + " one. If they are right, connect again.",
                true);
    }

    private static TokenReply failure(String reason, boolean needsOperator) {
        return failure(reason, Optional.empty(), needsOperator);
    }

    private static TokenReply failure(String reason, Optional<Duration> retryAfter, boolean needsOperator) {
        return new TokenReply.Failed(new Unavailable(reason, retryAfter, needsOperator));
    }

    /** Returns the lifetime; empty if it is not a number above zero. */
    private static Optional<Duration> life(String seconds) {
        return number(seconds).map(Duration::ofSeconds).map(life -> life.compareTo(MAX_LIFE) > 0 ? MAX_LIFE : life);
    }

    /** Returns a whole number above zero; a number of more than 15 digits becomes the largest of 15. */
    private static Optional<Long> number(String text) {
        if (!text.matches("0*[1-9]\\d*")) {
            return Optional.empty();
        }
        String digits = text.replaceFirst("^0+", "");
        return Optional.of(digits.length() > 15 ? 999_999_999_999_999L : Long.parseLong(digits));
    }
}
