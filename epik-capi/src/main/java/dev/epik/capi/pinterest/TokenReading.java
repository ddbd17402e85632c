// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.pinterest;

import dev.epik.capi.TokenSource.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What an answer of {@code POST /v5/oauth/token} means: a pure function of status, headers and body, as
 * {@code vectors/tokens.json} says.
 *
 * <p>Its two rules: a rotated refresh token is never thrown away because some other field is odd, and a refresh token
 * is called spent only where Pinterest said so of the grant, because people must act then.
 */
final class TokenReading {
    /** Where Pinterest does not say how long a token lives: short enough to be renewed before it hurts. */
    private static final Duration UNTOLD = Duration.ofHours(1);

    /** Nobody promises more; and a nonsense number must not overflow an {@link Instant}. */
    private static final Duration LONGEST_LIFE = Duration.ofDays(3660);

    /** The last second of the year 9999. */
    private static final long LATEST = 253_402_300_799L;

    /** Pinterest's own number for "The authorization grant is invalid". */
    private static final String INVALID_GRANT_CODE = "283";

    /** Pinterest's errors have a message and a number, and no documented one for this. */
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
                    : trouble(
                            "The " + status + " answer has no access token: is a proxy or a login page in between?",
                            true);
        }
        String said = ReplyReading.quote(body.map(TokenBody::words).orElse(""));
        String sentence = ReplyReading.sentence(status, said.matches(".*\\w") ? said + "." : said);
        if (status == 400 || status == 401) {
            return refused(body.orElse(TokenBody.EMPTY), said, sentence);
        }
        if (status == 403) {
            return trouble(
                    sentence + " Is the app still approved? See its page at Pinterest's developers' site.", true);
        }
        return trouble(sentence, ReplyReading.retryAfter(header), status < 500 && status != 429);
    }

    /** What a crash left of a 2xx answer; empty where it is not the whole of it. */
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
                life(body.expiresIn()).orElse(UNTOLD),
                Optional.of(body.refreshToken()).filter(token -> !token.isEmpty()),
                life(body.refreshExpiresIn()),
                number(body.refreshExpiresAt()).map(seconds -> Instant.ofEpochSecond(Math.min(seconds, LATEST)))));
    }

    private static TokenReply refused(TokenBody body, String said, String sentence) {
        boolean spent = body.error().equals("invalid_grant")
                || body.code().equals(INVALID_GRANT_CODE)
                || SPENT.matcher(said).find();
        if (spent) {
            return new TokenReply.Spent(sentence);
        }
        return trouble(
                sentence + " Check the app's client id and secret, and that the redirect URI is letter by letter the"
                        + " registered one; where they are right, connect again.",
                true);
    }

    private static TokenReply trouble(String reason, boolean needsOperator) {
        return trouble(reason, Optional.empty(), needsOperator);
    }

    private static TokenReply trouble(String reason, Optional<Duration> retryAfter, boolean needsOperator) {
        return new TokenReply.Trouble(new Unavailable(reason, retryAfter, needsOperator));
    }

    /** Zero and less say nothing that could be meant. */
    private static Optional<Duration> life(String seconds) {
        return number(seconds)
                .map(Duration::ofSeconds)
                .map(life -> life.compareTo(LONGEST_LIFE) > 0 ? LONGEST_LIFE : life);
    }

    /** A whole number above zero; one beyond all measure is the largest. */
    private static Optional<Long> number(String text) {
        if (!text.matches("0*[1-9]\\d*")) {
            return Optional.empty();
        }
        String digits = text.replaceFirst("^0+", "");
        return Optional.of(digits.length() > 15 ? 999_999_999_999_999L : Long.parseLong(digits));
    }
}
