// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.AccessToken;
import dev.epik.capi.AdAccount;
import dev.epik.capi.TokenSource.TokenResult;
import dev.epik.capi.TokenSource.Unavailable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** The token sources of all ad accounts. Not thread-safe. */
final class SimulatedTokens {
    /** The behavior of a source for some time. */
    enum Behavior {
        IMMEDIATE,
        SLOW,
        /** Answers after minutes, or never. */
        HANGS,
        /** The future fails. */
        FAILS,
        PAUSES,
        /** Asks for no wait at all, for ten days, or returns a reason with odd characters. */
        ODD_PAUSES
    }

    private final World world;
    private final SplittableRandom random;
    private final Map<String, Integer> generations = new HashMap<>();
    private Behavior behavior = Behavior.IMMEDIATE;
    private long askedToWaitUntil;

    SimulatedTokens(World world, SplittableRandom random) {
        this.world = world;
        this.random = random;
    }

    void behavior(Behavior newBehavior) {
        behavior = newBehavior;
    }

    long askedToWaitUntil() {
        return askedToWaitUntil;
    }

    /** Makes Pinterest refuse the present token of the ad account; its source has another one. */
    void revoke(String adAccount) {
        generations.merge(adAccount, 1, Integer::sum);
    }

    boolean isValid(String adAccount, AccessToken token) {
        return current(adAccount).equals(token);
    }

    private AccessToken current(String adAccount) {
        return tokenOf(adAccount, generations.getOrDefault(adAccount, 0));
    }

    private static AccessToken tokenOf(String adAccount, int generation) {
        return AccessToken.of("token-" + adAccount + "-" + generation);
    }

    /** Answers a process; a token that was revoked is still given out half of the time, until it is renewed. */
    CompletableFuture<TokenResult> token(SimulatedProcess process, AdAccount account) {
        int generation = generations.getOrDefault(account.id(), 0);
        boolean stale = generation > 0 && world.faults.isActive() && random.nextBoolean();
        return answer(process, tokenOf(account.id(), stale ? generation - 1 : generation));
    }

    CompletableFuture<TokenResult> renewed(SimulatedProcess process, AdAccount account, AccessToken refused) {
        return answer(process, random.nextInt(8) == 0 && world.faults.isActive() ? refused : current(account.id()));
    }

    private CompletableFuture<TokenResult> answer(SimulatedProcess process, AccessToken token) {
        world.coverage.count("token source " + behavior);
        return switch (behavior) {
            case IMMEDIATE -> CompletableFuture.completedFuture(token);
            case SLOW -> later(process, token, Duration.ofMillis(random.nextInt(100, 9_000)));
            case HANGS ->
                random.nextBoolean()
                        ? new CompletableFuture<>()
                        : later(process, token, Duration.ofMillis(random.nextInt(9_000, 400_000)));
            case FAILS -> CompletableFuture.failedFuture(new IllegalStateException("simulated"));
            case PAUSES -> pause(Optional.of(Duration.ofSeconds(random.nextInt(1, 120))), "No token.");
            case ODD_PAUSES ->
                pause(Optional.of(random.nextBoolean() ? Duration.ZERO : Duration.ofDays(10)), "No\0 token\n\uD800.");
        };
    }

    private CompletableFuture<TokenResult> pause(Optional<Duration> wait, String reason) {
        Duration bounded = wait.orElse(Duration.ZERO).compareTo(Duration.ofHours(1)) > 0
                ? Duration.ofHours(1)
                : wait.orElse(Duration.ZERO);
        askedToWaitUntil = Math.max(askedToWaitUntil, world.scheduler.now() + bounded.toNanos());
        return CompletableFuture.completedFuture(new Unavailable(reason, wait, true));
    }

    private CompletableFuture<TokenResult> later(SimulatedProcess process, AccessToken token, Duration time) {
        CompletableFuture<TokenResult> answer = new CompletableFuture<>();
        world.scheduler.after(time, () -> process.deliver(() -> answer.complete(token)));
        return answer;
    }
}
