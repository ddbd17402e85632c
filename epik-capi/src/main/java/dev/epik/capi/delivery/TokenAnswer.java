// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import dev.epik.capi.AccessToken;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.TokenSource.Unavailable;
import dev.epik.capi.config.DurationSetting;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns the result or the exception of a token source into a valid {@link TokenResult}. Pure functions. */
final class TokenAnswer {
    static final int MAX_REASON_LENGTH = 300;

    private TokenAnswer() {}

    /**
     * Returns a token unchanged. Returns {@link Unavailable} with its time clamped to 1 s to 1 h, and its reason as
     * plain text of at most {@link #MAX_REASON_LENGTH} characters.
     *
     * @param answer null if the source returned null, which it must not
     */
    static TokenResult of(@Nullable TokenResult answer) {
        if (answer instanceof AccessToken) {
            return answer;
        }
        if (answer instanceof Unavailable none) {
            return new Unavailable(
                    plain(none.reason()),
                    Objects.requireNonNullElse(none.retryAfter(), Optional.<Duration>empty())
                            .map(DurationSetting.REQUESTED_PAUSE::clamp),
                    none.needsOperator());
        }
        return unavailable("The token source returned null: it must return an AccessToken or Unavailable");
    }

    /** Returns a result with the type of the exception, without its message, which may quote a secret. */
    static TokenResult failed(Throwable thrown) {
        return unavailable("The token source failed: " + thrown.getClass().getName());
    }

    /** Returns a result without a time: delivery decides when to ask again. */
    static TokenResult unavailable(String reason) {
        return Unavailable.temporary(plain(reason));
    }

    /**
     * Replaces characters that databases refuse or that break a log line: control characters, separators, unpaired
     * surrogates.
     */
    private static String plain(@Nullable String reason) {
        if (reason == null) {
            return "";
        }
        StringBuilder plain = new StringBuilder();
        reason.codePoints().forEach(point -> {
            boolean isPlain = switch (Character.getType(point)) {
                case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                    false;
                default -> true;
            };
            if (plain.length() + Character.charCount(point) <= MAX_REASON_LENGTH) {
                plain.appendCodePoint(isPlain ? point : ' ');
            }
        });
        return plain.toString().strip();
    }
}
