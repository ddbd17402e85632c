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

    /** Returns the time to wait before a read is repeated; empty if it is not. */
    static Optional<Duration> ofRead(Ending ending, int tries) {
        boolean isTransient = (ending instanceof NoAnswer none && !none.reason().contains("interrupted"))
                || (ending instanceof Answer answer && answer.status() >= 500);
        return isTransient && tries < MAX_TRIES ? Optional.of(backoff(tries)) : ofWrite(ending, tries);
    }

    /** Returns the time to wait before a write is repeated that surely was not processed; empty if it is not. */
    static Optional<Duration> ofWrite(Ending ending, int tries) {
        if (tries >= MAX_TRIES) {
            return Optional.empty();
        }
        if (ending instanceof NoAnswer none) {
            return none.mayHaveRun() || Thread.currentThread().isInterrupted()
                    ? Optional.empty()
                    : Optional.of(backoff(tries));
        }
        Answer answer = (Answer) ending;
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
