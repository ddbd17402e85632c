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

/** Turns whatever a token source returns or throws into an answer that delivery can rely on: pure functions. */
final class TokenAnswer {
    static final int MAX_REASON_LENGTH = 300;

    private TokenAnswer() {}

    /**
     * Returns the token as it is, and a pause with its time between 1 s and 1 h and its reason as plain text of at most
     * {@link #MAX_REASON_LENGTH} characters. A source sends no events, so the pause never says that Pinterest may have
     * counted some.
     */
    static TokenResult of(@Nullable TokenResult answer) {
        if (answer instanceof AccessToken) {
            return answer;
        }
        if (answer instanceof Unavailable pause) {
            return new Unavailable(
                    plain(pause.reason()),
                    Objects.requireNonNullElse(pause.retryAfter(), Optional.<Duration>empty())
                            .map(DurationSetting.REQUESTED_PAUSE::clamp),
                    pause.needsOperator());
        }
        return pause("The token source returned null: it must return an AccessToken or Unavailable");
    }

    /** Returns a pause with the type of what was thrown. The message stays out of it, since it may quote a secret. */
    static TokenResult failed(Throwable thrown) {
        return pause("The token source failed: " + thrown.getClass().getName());
    }

    /** Returns a pause without a time of its own: delivery decides how long it waits. */
    static TokenResult pause(String reason) {
        return new Unavailable(plain(reason), Optional.empty(), false);
    }

    /**
     * Replaces what databases refuse and what breaks a line of a log: control characters, separators, halves of
     * surrogate pairs.
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
