// SPDX-License-Identifier: Apache-2.0
package dev.epik.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last calls. Thread-safe. */
final class CallLog {
    private final int max;
    private final Deque<AdsCall> calls = new ArrayDeque<>();

    CallLog(int max) {
        this.max = max;
    }

    synchronized void add(AdsCall call) {
        if (calls.size() == max) {
            calls.removeFirst();
        }
        calls.addLast(call);
    }

    synchronized List<AdsCall> all() {
        return List.copyOf(calls);
    }

    synchronized void clear() {
        calls.clear();
    }
}
