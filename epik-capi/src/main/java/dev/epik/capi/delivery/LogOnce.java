// SPDX-License-Identifier: Apache-2.0
package dev.epik.capi.delivery;

import java.util.HashSet;
import java.util.Set;

/**
 * Remembers which texts were logged, up to a limit: texts may contain something that differs from event to event, and
 * then no two are equal. Thread-safe.
 */
final class LogOnce {
    private final int max;
    private final Set<String> logged = new HashSet<>();

    LogOnce(int max) {
        this.max = max;
    }

    /** Returns true once for each text, and never after the limit. */
    synchronized boolean firstTime(String text) {
        return logged.size() < max && logged.add(text);
    }
}
