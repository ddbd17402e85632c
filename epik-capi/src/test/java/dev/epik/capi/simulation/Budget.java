// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.simulation;

/** The limits of one process for a simulated minute. Not thread-safe. */
final class Budget {
    private static final long MINUTE = 60_000_000_000L;

    /** The store calls in a minute in which nothing was accepted; each ad account adds some. */
    private static final int STORE_CALLS = 600;

    /** The store calls in any minute. */
    private static final int MAX_STORE_CALLS = 10_000;

    /** The failed requests in a minute, for each ad account. */
    private static final int FAILED_REQUESTS = 60;

    /** The same for requests with suspects, because many of them may become due together. */
    private static final int FAILED_SUSPECTS = 120;

    private static final int RUNS_WITHOUT_WAIT = 200;
    private static final int CALLS_IN_A_RUN = 20_000;

    private final World world;
    private final String name;
    private long minute;
    private int storeCalls;
    private int requests;
    private int suspects;
    private int accepted;
    private int useful;
    private int runsWithoutWait;
    private int callsInRun;

    Budget(World world, String name) {
        this.world = world;
        this.name = name;
    }

    void runBegins() {
        callsInRun = 0;
    }

    void called(Call call) {
        roll();
        storeCalls += call.isOfStore() ? 1 : 0;
        if (storeCalls == MAX_STORE_CALLS + 60 * world.accountCount()) {
            world.invariants.violated(name + ": " + storeCalls + " store calls in a minute");
        }
        if (++callsInRun == CALLS_IN_A_RUN * Math.max(1, world.accountCount() / 100)) {
            world.invariants.violated(name + ": one run() made " + callsInRun + " calls, the last one " + call);
        }
    }

    void sends(boolean ofSuspects) {
        roll();
        requests++;
        suspects += ofSuspects ? 1 : 0;
    }

    /** Counts progress: a request with accepted events, or settled events. */
    void worked(boolean eventsAccepted) {
        roll();
        useful++;
        accepted += eventsAccepted ? 1 : 0;
        runsWithoutWait = 0;
    }

    void runEnded(long delay) {
        runsWithoutWait = delay == 0 ? runsWithoutWait + 1 : 0;
        if (runsWithoutWait == RUNS_WITHOUT_WAIT) {
            world.invariants.violated(name + ": run() returned 0 for " + runsWithoutWait + " times and did nothing");
        }
    }

    private void roll() {
        long present = world.scheduler.now() / MINUTE;
        if (present == minute) {
            return;
        }
        if (accepted == 0 && storeCalls > STORE_CALLS + 60 * world.accountCount() + 4 * useful) {
            world.invariants.violated(
                    name + ": " + storeCalls + " store calls in a minute in which nothing was accepted");
        }
        if (accepted == 0 && requests - suspects > FAILED_REQUESTS * world.accountCount()) {
            world.invariants.violated(name + ": " + requests + " requests in a minute in which nothing was accepted");
        }
        if (accepted == 0 && suspects > FAILED_SUSPECTS * world.accountCount()) {
            world.invariants.violated(name + ": " + suspects + " requests with suspects in a minute, all in vain");
        }
        minute = present;
        storeCalls = 0;
        requests = 0;
        suspects = 0;
        accepted = 0;
        useful = 0;
    }
}
