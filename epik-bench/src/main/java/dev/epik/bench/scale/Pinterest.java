// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

import java.util.random.RandomGenerator;

/** The answers of Pinterest. Not thread-safe. */
final class Pinterest {
    /** The documented limit of requests per minute and ad account. */
    private static final int MAX_PER_MINUTE = 5000;

    private static final int MAX_PER_MINUTE_IF_THROTTLED = 120;
    private static final int SLOW_MILLIS = 10_000;
    private static final int REFUSAL_MILLIS = 100;
    private static final double MEDIAN_MILLIS = 150;
    private static final double SIGMA = 0.5;

    private final Scenario scenario;
    private final RandomGenerator random;
    private final int[] minutes;
    private final int[] requests;

    Pinterest(Scenario scenario, RandomGenerator random) {
        this.scenario = scenario;
        this.random = random;
        this.minutes = new int[scenario.accounts()];
        this.requests = new int[scenario.accounts()];
    }

    /** The meaning of an answer. */
    enum Status {
        TAKEN,
        THROTTLED,
        FORBIDDEN,
        DOWN
    }

    /**
     * An answer.
     *
     * @param millis the time until the answer
     * @param pause the pause that it asks for; 0: none
     */
    record Answer(Status status, int millis, int pause) {}

    /** Returns the answer to a request that starts now. */
    Answer ask(int account, int now) {
        if (scenario.isOutage(now)) {
            return new Answer(Status.DOWN, REFUSAL_MILLIS, 0);
        }
        Accounts.Kind kind = Accounts.kind(account);
        if (kind == Accounts.Kind.REVOKED && scenario.isRevoked(now)) {
            return new Answer(Status.FORBIDDEN, REFUSAL_MILLIS, 0);
        }
        if (minutes[account] != now / Scenario.MINUTE) {
            minutes[account] = now / Scenario.MINUTE;
            requests[account] = 0;
        }
        int max = kind == Accounts.Kind.THROTTLED ? MAX_PER_MINUTE_IF_THROTTLED : MAX_PER_MINUTE;
        if (++requests[account] > max) {
            return new Answer(Status.THROTTLED, REFUSAL_MILLIS, Scenario.MINUTE - now % Scenario.MINUTE);
        }
        int millis = (int) (MEDIAN_MILLIS * Math.exp(SIGMA * random.nextGaussian()));
        return new Answer(Status.TAKEN, kind == Accounts.Kind.SLOW ? SLOW_MILLIS + millis : millis, 0);
    }
}
