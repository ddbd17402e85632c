// SPDX-License-Identifier: Apache-2.0
package dev.epik.bench.scale;

/**
 * The rules of a worker that are compared. Immutable.
 *
 * @param name the name in tables
 * @param key the events that share a partition
 * @param window the limit of unsettled records in a worker's memory
 * @param patience the records that leave a window that has room
 * @param eviction the records that leave a full window
 * @param accountLimit the limit of one ad account's records in a window; further ones are moved at once; 0: none
 * @param retry the delays in the retry topics
 */
record Policy(String name, Key key, int window, Patience patience, Eviction eviction, int accountLimit, Retry retry) {
    /** The time after which a record is moved although the window has room. */
    static final int MAX_WAIT = 60_000;

    /** The time without a settled record after which an ad account's records leave a full window. */
    static final int STALLED = 5_000;

    /** The rules that the worker was first planned with. */
    static final Policy PLANNED = new Policy(
            "planned",
            Key.ACCOUNT_AND_EVENT,
            5000,
            Patience.WAITED,
            Eviction.NOTHING_SETTLED,
            0,
            new Retry(60_000, 600_000, 3, 1));

    /** The rules that the simulation recommends. */
    static final Policy RECOMMENDED = PLANNED.withName("recommended")
            .withKey(Key.ACCOUNT)
            .withPatience(Patience.PAUSED)
            .withEviction(Eviction.REFUSED_BY_SIZE)
            .withRetry(new Retry(60_000, 600_000, 3, 2));

    /** The key of a record, which selects its partition. */
    enum Key {
        ACCOUNT,
        /** An ad account and one of eight values of a hash of the event. */
        ACCOUNT_AND_EIGHTH,
        ACCOUNT_AND_EVENT
    }

    /** The records that are moved to the retry topic although the window has room. */
    enum Patience {
        /** A record that has been in the window for a minute. */
        WAITED,
        /** The records of an ad account whose pause goes on for over a minute. */
        PAUSED
    }

    /** The ad accounts whose records leave a full window. */
    enum Eviction {
        NONE,
        /** Nothing of the ad account was settled for 5 s, for any reason. */
        NOTHING_SETTLED,
        /** As before, but only if it pauses or its request takes longer than 5 s. */
        REFUSED,
        /** As before, but the ad account with the most records first, and only until a fifth of the window is free. */
        REFUSED_BY_SIZE
    }

    /**
     * The delays in the retry topics, in milliseconds.
     *
     * @param first the delay of the first rounds
     * @param later the delay of later rounds
     * @param firstRounds the number of rounds with the first delay
     * @param topics 1: one topic for both delays; 2: one for each
     */
    record Retry(int first, int later, int firstRounds, int topics) {
        /** Returns the delay of a record that is moved. */
        int delay(int round) {
            return round < firstRounds ? first : later;
        }

        /** Returns the topic of a record that is moved, from 0. */
        int topic(int round) {
            return round < firstRounds ? 0 : topics - 1;
        }
    }

    Policy withName(String another) {
        return new Policy(another, key, window, patience, eviction, accountLimit, retry);
    }

    Policy withKey(Key another) {
        return new Policy(name, another, window, patience, eviction, accountLimit, retry);
    }

    Policy withWindow(int records) {
        return new Policy(name, key, records, patience, eviction, accountLimit, retry);
    }

    Policy withPatience(Patience another) {
        return new Policy(name, key, window, another, eviction, accountLimit, retry);
    }

    Policy withEviction(Eviction another) {
        return new Policy(name, key, window, patience, another, accountLimit, retry);
    }

    Policy withAccountLimit(int records) {
        return new Policy(name, key, window, patience, eviction, records, retry);
    }

    Policy withRetry(Retry another) {
        return new Policy(name, key, window, patience, eviction, accountLimit, another);
    }
}
