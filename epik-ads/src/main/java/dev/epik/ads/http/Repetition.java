// SPDX-License-Identifier: Apache-2.0
package dev.epik.ads.http;

import dev.epik.capi.pinterest.ApiCalls.Answer;
import dev.epik.capi.pinterest.ApiCalls.Ending;
import dev.epik.capi.pinterest.ApiCalls.NoAnswer;
import java.time.Duration;
import java.util.Optional;

/** Decides whether a call is repeated, and after which time. */
final class Repetition {
    private static final int MAX_TRIES = 4;
    private static final int TOO_MANY = 429;

    /**
     * A longer wait is not for the limit of a minute but for that of a day, which {@code X-RateLimit-Reset} announces
     * with hours.
     */
    private static final Duration MAX_WAIT = Duration.ofSeconds(90);

    private Repetition() {}

    /**
     * Returns the time to wait before a call is repeated; empty if it is not.
     *
     * @param tries how often it was sent already
     * @param isRepeatable whether it may be processed twice. If not, it is repeated only if it surely was not processed
     */
    static Optional<Duration> of(Ending ending, int tries, boolean isRepeatable) {
        if (tries >= MAX_TRIES) {
            return Optional.empty();
        }
        if (ending instanceof NoAnswer none) {
            return isRepeatable || !none.mayHaveRun() ? Optional.of(backoff(tries)) : Optional.empty();
        }
        Answer answer = (Answer) ending;
        if (isRepeatable && answer.status() >= 500) {
            return Optional.of(backoff(tries));
        }
        if (answer.status() != TOO_MANY) {
            return Optional.empty();
        }
        Duration wait = seconds(answer).orElse(backoff(tries));
        return wait.compareTo(MAX_WAIT) <= 0 ? Optional.of(wait) : Optional.empty();
    }

    private static Optional<Duration> seconds(Answer answer) {
        for (String name : new String[] {"Retry-After", "X-RateLimit-Reset"}) {
            String value = answer.headers().apply(name);
            if (value != null && value.strip().matches("[0-9]{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(value.strip()) + 1));
            }
        }
        return Optional.empty();
    }

    private static Duration backoff(int tries) {
        return Duration.ofSeconds(1L << (tries - 1));
    }
}
