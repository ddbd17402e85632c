// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

import dev.epik.capi.outbox.spi.OutboxException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Decides which call fails, and how. Each schedule has only some kinds of faults, so that rare combinations occur. Not
 * thread-safe.
 */
final class FaultPlan {
    private static final CallFault[] FAULTS = CallFault.values();

    private final SplittableRandom random;
    private final double[] rates = new double[FAULTS.length];
    private final double sum;
    private boolean active = true;

    /** @param intensity 0 for no faults, 1 for the usual number */
    FaultPlan(SplittableRandom random, double intensity) {
        this.random = random;
        for (int i = 0; i < FAULTS.length; i++) {
            boolean chosen = random.nextInt(3) == 0;
            double rate = Math.pow(10, -1 - 2 * random.nextDouble());
            rates[i] = chosen ? rate * intensity * (FAULTS[i].name().startsWith("FREEZE") ? 0.2 : 0.5) : 0;
        }
        this.sum = Arrays.stream(rates).sum();
    }

    /** Ends all faults. */
    void heal() {
        active = false;
    }

    boolean isActive() {
        return active;
    }

    /** Returns whether calls may fail. */
    boolean mayHappen() {
        return active && sum > 0;
    }

    /** Returns the fault of this call; null if it works. */
    @Nullable
    CallFault draw(Call call) {
        if (!active || sum == 0) {
            return null;
        }
        double drawn = random.nextDouble();
        if (drawn >= sum) {
            return null;
        }
        int i = 0;
        while (i < FAULTS.length - 1 && drawn >= rates[i]) {
            drawn -= rates[i++];
        }
        return isPossible(call, FAULTS[i]) ? FAULTS[i] : null;
    }

    private static boolean isPossible(Call call, CallFault fault) {
        return switch (call) {
            case TOKEN, RENEW, SEND, LOOK_UP ->
                fault != CallFault.SLOW_BEFORE && fault != CallFault.SLOW_AFTER && fault != CallFault.INTERRUPT;
            case LISTENER -> !fault.isBefore();
            case TRANSACTION ->
                fault == CallFault.CRASH_BEFORE || fault == CallFault.CRASH_AFTER || fault == CallFault.THROW_BEFORE;
            default -> true;
        };
    }

    /** Returns how long a slow call takes: milliseconds to a minute. */
    Duration slowness() {
        return Duration.ofMillis((long) Math.pow(10, 1 + 3.78 * random.nextDouble()));
    }

    /**
     * Returns how long a process stops. Just before a request is sent it is under a minute, because the guarantee of
     * cancel holds only for that long.
     */
    Duration freeze(Call call) {
        double seconds = Math.pow(10, -1 + 3.77 * random.nextDouble());
        return Duration.ofMillis((long) (1000 * (call == Call.SEND ? Math.min(seconds, 55) : seconds)));
    }

    /** Returns whether the virtual machine is suspended, so that its monotonic clock stands still as well. */
    boolean isSuspended() {
        return random.nextInt(3) == 0;
    }

    Throwable throwable() {
        return switch (random.nextInt(6)) {
            case 0 -> new IllegalStateException("simulated");
            case 1 -> new SQLException("simulated");
            case 2 -> new OutOfMemoryError("simulated");
            case 3 -> new StackOverflowError("simulated");
            case 4 -> new NoClassDefFoundError("simulated");
            default -> new OutboxException("simulated: the database failed");
        };
    }

    /** Throws anything, declared or not. */
    @SuppressWarnings("unchecked")
    static <T extends Throwable> void sneakyThrow(Throwable e) throws T {
        throw (T) e;
    }
}
