// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit.ads;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts requests by category. The published limits are reported only; those that a test sets are enforced. Not
 * thread-safe.
 */
public final class RateLimits {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /**
     * The state of a limit after a request.
     *
     * @param exceeded whether the request must be refused
     */
    public record Usage(
            String category, long max, Duration window, long remaining, long resetSeconds, boolean exceeded) {
        /**
         * Returns the headers that report it.
         *
         * @param refused whether the response is a 429
         */
        public Map<String, String> headers(boolean refused) {
            return Map.of(
                    "X-RateLimit-Limit",
                    max + ", " + max + ";w=" + window.toSeconds() + ";name=\"" + category + "\"",
                    "X-RateLimit-Remaining",
                    refused ? "0" : "" + remaining,
                    "X-RateLimit-Reset",
                    "" + resetSeconds);
        }
    }

    private static final class Limit {
        final long max;
        final Duration window;
        final boolean enforced;
        Instant start = Instant.MIN;
        long used;

        Limit(long max, Duration window, boolean enforced) {
            this.max = max;
            this.window = window;
            this.enforced = enforced;
        }
    }

    private final Clock clock;
    private final Map<String, Limit> limits = new HashMap<>();

    public RateLimits(Clock clock) {
        this.clock = clock;
        clear();
    }

    /** Enforces no limit any more. */
    public void clear() {
        limits.clear();
        limits.put("ads_read", new Limit(1000, MINUTE, false));
        limits.put("ads_write", new Limit(400, MINUTE, false));
        limits.put("ads_analytics", new Limit(300, MINUTE, false));
    }

    /** Enforces a limit. Its window begins with the next request. */
    public void set(String category, int max, Duration window) {
        if (!limits.containsKey(category)) {
            throw new IllegalArgumentException("The category must be one of " + limits.keySet());
        }
        limits.put(category, new Limit(max, window, true));
    }

    /** Counts a request. */
    public Usage use(String category) {
        Limit limit = limits.getOrDefault(category, new Limit(0, MINUTE, false));
        Instant now = clock.instant();
        if (limit.start.equals(Instant.MIN) || !now.isBefore(limit.start.plus(limit.window))) {
            limit.start = now;
            limit.used = 0;
        }
        boolean exceeded = limit.enforced && limit.used >= limit.max;
        limit.used += exceeded ? 0 : 1;
        long reset = Duration.between(now, limit.start.plus(limit.window)).toSeconds();
        return new Usage(
                category, limit.max, limit.window, Math.max(0, limit.max - limit.used), Math.max(1, reset), exceeded);
    }
}
